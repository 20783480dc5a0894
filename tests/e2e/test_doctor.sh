#!/bin/bash
# cosynth doctor on two hosts: what it says of each thing that may be wrong, that it
# disturbs nobody, and that what it predicts is what comes.
. "$(dirname "$0")/lib.sh"
set_base

doctor() { # party, exit code, what it says
    timeout 60 "$CS_PROGRAM" doctor "$here/$1/study.yaml" "$here/$1/node.yaml" \
        >"$here/said" 2>"$here/said.err"
    local code=$?
    cat "$here/said"
    [ "$code" = "$2" ] || fail "exit code $code, not $2: $(cat "$here/said.err")"
    grep -Eq -- "$3" "$here/said" || fail "it does not say: $3"
}

port_of_a() {
    sed -n 's/^listen:.*://p' "$here/a/node.yaml"
}

# Whoever answers, until it is ended.
answer() { # python
    python3 -c "import socket, sys, time
s = socket.create_server(('127.0.0.1', int(sys.argv[1])))
$1" "$(port_of_a)" &
    somebody=$!
    until (exec 3<>"/dev/tcp/127.0.0.1/$(port_of_a)") 2>/dev/null; do sleep 0.05; done
}

dismiss() {
    kill "$somebody"
    wait "$somebody" 2>/dev/null
}

begin 'all is well, and nobody is there yet'
echo 'ledger_limit: {epsilon: 100, delta: 1}' >>"$here/a/node.yaml"
doctor a 0 '^ok +address +tcp.*: free'
grep -q '^A run can start; warnings: 0' "$here/said" || fail 'something is wrong'
doctor b 0 '^ok +address .*nobody listens yet'
grep -q '^warning  budget  *the node file has no `ledger_limit`' "$here/said" || fail 'no warning'
expect_no_output a b

begin 'what it predicts is what comes'
"$CS_PROGRAM" doctor "$here/a/study.yaml" "$here/a/node.yaml" --json --peer-rows 1000 \
    >"$here/said" || fail 'doctor'
run_both
expect_codes 0 0
python3 - "$here/said" "$here/a/out/receipt.json" <<'END' || fail 'it is not what came'
import json, sys
said, came = (json.load(open(path)) for path in sys.argv[1:])
traffic = sum(s.get("sent_bytes", 0) + s.get("received_bytes", 0) for s in came["stages"])
print("traffic", said["prediction"]["traffic_bytes"], "came", traffic)
assert said["can_start"] and all(c["verdict"] != "refused" for c in said["checks"])
assert 0.7 < said["prediction"]["traffic_bytes"] / traffic < 1.3
END

begin 'a peer that waits is greeted, and goes on waiting'
sed -i 's/^wait:.*/wait: 100/' "$here"/[ab]/node.yaml
node a >"$here/a.log" 2>&1 &
a=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$(port_of_a)") 2>/dev/null; do sleep 0.05; done
doctor b 0 '^ok +address .*the peer is there'
doctor a 2 '^refused +address .*another program listens there'
node b >"$here/b.log" 2>&1
code_b=$?
wait $a
code_a=$?
expect_codes 0 0

begin 'a peer with another certificate'
node a >"$here/a.log" 2>&1 &
a=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$(port_of_a)") 2>/dev/null; do sleep 0.05; done
sed -i "s/a: {fingerprint: \"sha256:......../a: {fingerprint: \"sha256:00000000/" "$here/b/study.yaml"
doctor b 3 '^refused +address .*certificate is sha256'
kill $a
wait $a 2>/dev/null

begin 'somebody else at the address'
answer 'kept = []
while True: kept.append(s.accept())'
doctor b 0 '^warning +address .*does not speak as a node'
doctor a 2 '^refused +address .*another program listens there'
dismiss

begin 'a name that does not resolve'
sed -i 's|^connect:.*|connect: tcp://nobody.invalid:7101|' "$here/b/node.yaml"
doctor b 2 '^refused +address .*nobody.invalid'

begin 'a key that others can read'
chmod 644 "$here/a/key/key.pem"
doctor a 2 '^refused +key .*mode 644'

begin 'a key that the study does not know'
rm -r "$here/a/key"
"$CS_PROGRAM" keygen --out "$here/a/key" >/dev/null
doctor a 2 '^refused +files .*fingerprint is not that of the key'

begin 'a limit that the study exceeds'
echo 'ledger_limit: {epsilon: 0.5}' >>"$here/a/node.yaml"
doctor a 2 '^refused +budget '

begin 'a ledger that was changed'
doctor a 0 '^ok +ledger .*verified'
python3 - "$here/a/ledger.db" <<'END'
import sqlite3, sys
ledger = sqlite3.connect(sys.argv[1])
for name, in ledger.execute("select name from sqlite_master where type='trigger'").fetchall():
    ledger.execute(f"drop trigger {name}")
ledger.commit()
END
doctor a 2 '^refused +ledger .*findings'

begin 'rows that cannot be used'
edit_rows a 'rows[10][column["balance"]] = marker'
doctor a 2 '^refused +files .*:11: '
! grep -q "$marker" "$here/said" "$here/said.err" || fail 'a value of a row is told'
finish
