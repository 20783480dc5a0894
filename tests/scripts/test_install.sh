#!/bin/sh
# What `cmake --install` puts under a prefix works from there: the program, and the
# libraries for a program outside the tree, by pkg-config and by find_package. The version
# is one number everywhere. A header of the tree, and a version to come, are controls.
set -eu

build=$(dirname "$CS_PROGRAM")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
failed=0

fail() {
    echo "FAILED: $1"
    failed=1
}

cached() { # a variable of the build
    sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"
}

expect_answer() { # program
    said=$("$1") || fail "$1 did not run"
    [ "$said" = "$answer" ] || fail "$1 says '$said', not '$answer'"
}

sanitizers=$(cached CS_SANITIZE)
export CFLAGS="${sanitizers:+-fsanitize=$sanitizers}"
version=$(cached CMAKE_PROJECT_VERSION)
libdir=$(cached CMAKE_INSTALL_LIBDIR)
export PKG_CONFIG_PATH="$prefix/$libdir/pkgconfig"

cmake --install "$build" --prefix "$prefix" >"$work/said"

# ---- the program ----
"$prefix/bin/cosynth" --version | grep -Eq "^cosynth $version( \([0-9a-f]{12}(-dirty)?\))?\$" ||
    fail "not version $version: $("$prefix/bin/cosynth" --version)"
answer=$("$prefix/bin/cosynth" privacy epsilon gaussian --sigma 4 --delta 1e-6)
DESTDIR=$work/root cmake --install "$build" --prefix /usr --component runtime >"$work/said"
[ -x "$work/root/usr/bin/cosynth" ] || fail 'DESTDIR is not heeded'
[ -e "$work/root/usr/share/bash-completion/completions/cosynth" ] || fail 'there is no completion'
[ -e "$work/root/usr/share/man/man1/cosynth-run.1" ] || fail 'there is no manual'
[ ! -e "$work/root/usr/include" ] || fail 'the runtime has headers'

# ---- each header alone ----
for header in $(cd "$prefix/include" && find cosynth -name '*.h'); do
    echo "#include <$header>" >"$work/alone.c"
    gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$prefix/include" \
        "$work/alone.c" || fail "$header does not compile alone"
done
! grep -rE '#include "(crypto|model)/' "$prefix/include" || fail 'a header is looked for in the tree'
[ -e "$prefix/include/cosynth/model/account.h" ] || fail 'there is no model/account.h'
[ ! -e "$prefix/include/cosynth/protocol" ] || fail 'dialogues are installed'

# ---- pkg-config ----
[ "$(pkg-config --modversion cosynth-model)" = "$version" ] || fail 'pkg-config has another version'
# shellcheck disable=SC2046,SC2086  # words
gcc -std=c11 $CFLAGS "$CS_SOURCE_DIR/tests/outside/outside.c" -o "$work/by_pkg_config" \
    $(pkg-config --cflags --libs cosynth-model)
expect_answer "$work/by_pkg_config"

# ---- find_package ----
outside() { # version that is asked for
    mkdir -p "$work/$1"
    sed "s/cosynth 0\.1/cosynth $1/" "$CS_SOURCE_DIR/tests/outside/CMakeLists.txt" \
        >"$work/$1/CMakeLists.txt"
    cp "$CS_SOURCE_DIR/tests/outside/outside.c" "$work/$1"
    cmake -G Ninja -S "$work/$1" -B "$work/$1/build" -DCMAKE_PREFIX_PATH="$prefix" \
        >"$work/said" 2>&1 &&
        cmake --build "$work/$1/build" >>"$work/said" 2>&1
}
outside "$version" || { cat "$work/said"; fail 'find_package does not do'; }
expect_answer "$work/$version/build/outside"
outside 99.1 && fail 'version 99.1 was found'
exit $failed
