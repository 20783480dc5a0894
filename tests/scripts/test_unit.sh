#!/bin/sh
# The unit for systemd is one that systemd reads without a word, as are its hardening and
# the account it names; a setting that there is not is the control.
set -eu

command -v systemd-analyze >/dev/null || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
    echo "FAILED: $1"
    failed=1
}

unit=$work/cosynth-node@.service
sed "s|@CMAKE_INSTALL_FULL_BINDIR@/cosynth|$CS_PROGRAM|" \
    "$CS_SOURCE_DIR/packaging/cosynth-node@.service.in" >"$unit"

verify() {
    systemd-analyze verify --man=no "$work/cosynth-node@study.service" >"$work/said" 2>&1 &&
        ! grep -F "$work" "$work/said"
}

ln -s "$unit" "$work/cosynth-node@study.service"
verify || { cat "$work/said"; fail 'systemd does not like the unit'; }
systemd-analyze security --offline=true --threshold=20 "$unit" >"$work/said" ||
    { cat "$work/said"; fail 'its exposure is above 2.0'; }
sed 's/^NoNewPrivileges.*/RestartAsOftenAs=1/' "$unit" >"$work/other" && mv "$work/other" "$unit"
! verify >/dev/null || fail 'a setting that there is not was not noticed'

# Its exit statuses are those of the program.
for word in TIMEOUT CLOSED; do
    grep -Eq "X\($word, +4," "$CS_SOURCE_DIR/crypto/status.h" || fail "$word does not exit with 4"
done
command -v systemd-sysusers >/dev/null &&
    { systemd-sysusers --dry-run "$CS_SOURCE_DIR/packaging/cosynth.sysusers" >"$work/said" 2>&1 ||
        { cat "$work/said"; fail 'the account cannot be made'; }; }
exit $failed
