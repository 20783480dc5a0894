#!/bin/bash
# Two nodes that share no network but one cable, as two hosts.
. "$(dirname "$0")/lib.sh"

name=cs-$$
ip netns add "$name-a" 2>/dev/null || skip 'this machine makes no network namespaces'
remove_namespaces() {
    ip netns del "$name-a"
    ip netns del "$name-b"
    ip netns del "$name-none" 2>/dev/null
    clean_up
}
trap remove_namespaces EXIT
ip netns add "$name-b" &&
    ip link add veth-a netns "$name-a" type veth peer name veth-b netns "$name-b" &&
    ip -n "$name-a" addr add 10.7.1.1/24 dev veth-a && ip -n "$name-a" link set veth-a up &&
    ip -n "$name-b" addr add 10.7.1.2/24 dev veth-b && ip -n "$name-b" link set veth-b up ||
    skip 'this machine joins no network namespaces'

set_base
begin 'a host that cannot be looked up for the moment'
ip netns add "$name-none" || skip 'this machine makes no more network namespaces'
write_node "$here" b 'connect: tcp://peer.example.org:7101'
ip netns exec "$name-none" timeout 60 "$CS_PROGRAM" run "$here/b/study.yaml" \
    "$here/b/node.yaml" --log plain >"$here/b.log" 2>&1
code_b=$? code_a=-
expect_codes - 4
expect_words b 'hello: .*peer.example.org:7101: the host cannot be looked up for the moment'

begin 'two network namespaces'
write_node "$here" a 'listen: tcp://0.0.0.0:7101'
write_node "$here" b 'connect: tcp://10.7.1.1:7101'
in_namespace() { # party
    ip netns exec "$name-$1" timeout 120 "$CS_PROGRAM" run "$here/$1/study.yaml" \
        "$here/$1/node.yaml" --log plain ${node_words:-} >"$here/$1.log" 2>&1
}
in_namespace b &
in_namespace a
code_a=$?
wait $!
code_b=$?
expect_codes 0 0
expect_outputs
digest=$(json "$here/a/out/receipt.json" population_digest)
expect_same 'population digest' "$digest" "$(json "$here/b/out/receipt.json" population_digest)"

case_name='a cable that is cut'
node_words=--no-checkpoint # a run that goes on is for test_crash.sh
rm -r "$here"/[ab]/out "$here"/[ab].log
sed -i 's/^timeout:.*/timeout: 3/' "$here"/[ab]/node.yaml
in_namespace b &
job=$!
(
    until grep -qs 'measure  \.\.\.' "$here/b.log"; do sleep 0.05; done
    ip -n "$name-a" link set veth-a down
) &
in_namespace a
code_a=$?
wait $job
code_b=$?
expect_codes 4 4
expect_words a 'did not come back within 3 s; is its node still running'
expect_words b 'did not come back within 3 s; is its node still running'
expect_no_output a b
finish
