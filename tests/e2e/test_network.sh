#!/bin/bash
# Two nodes over a network that cuts, stalls and delays: the run ends as over a good one.
. "$(dirname "$0")/lib.sh"
set_base

# b reaches a through a proxy, which does these things.
through() { # options of the proxy
    local port far
    port=$(sed -n 's/^listen:.*://p' "$here/a/node.yaml")
    far=$(free_port)
    sed -i "s|^connect:.*|connect: tcp://127.0.0.1:$far|" "$here/b/node.yaml"
    sed -i 's/^reconnect:.*/reconnect: 20/' "$here"/[ab]/node.yaml
    "$CS_PROXY" "$far" "$port" "$@" >"$here/proxy.log" &
    proxy=$!
    run_both
    kill "$proxy"
    wait "$proxy"
    cat "$here/proxy.log"
    n_connections=$(sed -n 's/^connections \([0-9]*\) .*/\1/p' "$here/proxy.log")
}

# Counted once, whatever was sent again: what one has sent the other has received.
sums() { # party, name of the count
    python3 -c 'import json, sys
print(sum(s.get(sys.argv[2], 0) for s in json.load(open(sys.argv[1]))["stages"]))' \
        "$here/$1/out/receipt.json" "$2"
}

expect_whole_run() {
    expect_codes 0 0
    expect_outputs
    expect_same 'population digest' "$(json "$here/a/out/receipt.json" population_digest)" \
        "$(json "$here/b/out/receipt.json" population_digest)"
    expect_same 'frames from a to b' "$(sums a sent_frames)" "$(sums b received_frames)"
    expect_same 'rounds' "$(sums a rounds)" "$rounds"
}

begin 'a network that does nothing'
rounds=
through
rounds=$(sums a rounds)
expect_whole_run
expect_same connections "$n_connections" 1
for party in a b; do
    expect_same "cuts at $party" "$(json "$here/$party/out/receipt.json" network cuts)" 0
done

begin 'a cut every 50 kB'
through cut=50000
expect_whole_run
[ "$n_connections" -gt 10 ] || fail "only $n_connections connections"
for party in a b; do
    [ "$(json "$here/$party/out/receipt.json" network cuts)" -gt 10 ] ||
        fail "$party does not count the cuts"
    grep -q 'the connection broke and came back' "$here/$party.log" ||
        fail "$party does not say that the connection broke"
    grep -q 'The connection broke .* times' "$here/$party/out/report.html" ||
        fail "$party does not report that the connection broke"
done

begin 'a connection that falls silent'
sed -i 's/^timeout:.*/timeout: 4/' "$here"/[ab]/node.yaml
through stall=100000
expect_whole_run
expect_same connections "$n_connections" 2

begin 'a far peer on a slow line'
through delay=20 rate=2500000
expect_whole_run
expect_same connections "$n_connections" 1

begin "a second node with the peer's key"
sed -i 's/^timeout:.*/timeout: 4/' "$here"/[ab]/node.yaml
cp -R "$here/b" "$here/c"
(
    until grep -qs 'hello  .* s ' "$here/b.log"; do sleep 0.05; done
    sed -i "s|^connect:.*|$(grep '^connect:' "$here/b/node.yaml")|" "$here/c/node.yaml"
    node c >"$here/c.log" 2>&1
    echo $? >"$here/c.code"
) &
second=$!
through delay=20 rate=1000000
wait $second
expect_whole_run
expect_same 'exit code of the second' "$(cat "$here/c.code")" 2
expect_words c 'is this node running twice'
expect_same 'warnings' "$(grep -c 'another node with the peer.s key .* was refused' "$here/a.log")" 1

begin 'a network that goes for good'
node_words=--no-checkpoint # a run that goes on is for test_crash.sh
sed -i 's/^timeout:.*/timeout: 4/' "$here"/[ab]/node.yaml
port=$(sed -n 's/^listen:.*://p' "$here/a/node.yaml")
far=$(free_port)
sed -i "s|^connect:.*|connect: tcp://127.0.0.1:$far|" "$here/b/node.yaml"
"$CS_PROXY" "$far" "$port" >"$here/proxy.log" &
proxy=$!
(
    until grep -qs 'measure  \.\.\.' "$here/b.log"; do sleep 0.05; done
    kill "$proxy"
) &
run_both
expect_codes 4 4
expect_words a 'the connection broke and the peer did not come back within 4 s'
expect_words b 'the connection broke and the peer did not come back within 4 s'
expect_no_output a b
finish
