"""What scripts that make many runs of a small study share: both parties' folders."""
import os, random, socket, subprocess

STUDY = """study: small
link: aligned
privacy: {epsilon: 8, delta: 1.0e-4}
arm: {column: arm, test: [test], control: [control]}
conversion: {column: converted, converted: ["yes"]}
columns:
  a:
    - {name: arm, type: category, values: ["test", "control"]}
  b:
    - {name: device, type: category, values: ["phone", "desktop"]}
    - {name: converted, type: category, values: ["no", "yes"]}
generator: {kind: vae, latent: 2, layers: [4], epochs: 1, rounds: 1, train_on: both}
seed: 1
"""
NODE = "party: {0}\ndata: {0}.csv\nid: id\nkey: key\n{1}: tcp://127.0.0.1:1\noutput: out\n" \
       "ledger: ledger.db\nthreads: 1\ntimeout: 10\nwait: 8\nreconnect: 4\n"
COLUMNS = dict(a=(("arm", "test", "control"),),
               b=(("device", "phone", "desktop"), ("converted", "no", "yes")))
OUTPUTS = {"synthetic.csv", "report.html", "report.txt", "report.json", "receipt.json",
           "measured.json", "model.cosynth", "study.yaml"}


def write(path, text):
    with open(path, "w") as out:
        out.write(text)


def rows(columns, rng):
    yield "id," + ",".join(c[0] for c in columns)
    for i in range(200):
        yield ",".join([str(i)] + [rng.choice(c[1:]) for c in columns])


def make(program, folder):
    """Two folders, a and b, as two hosts would have them."""
    rng = random.Random(1)
    fingerprints = []
    for party, columns in COLUMNS.items():
        home = os.path.join(folder, party)
        os.makedirs(home)
        write(os.path.join(home, party + ".csv"), "\n".join(rows(columns, rng)) + "\n")
        write(os.path.join(home, "node.yaml"),
              NODE.format(party, "listen" if party == "a" else "connect"))
        fingerprint = subprocess.run([program, "keygen", "--out", os.path.join(home, "key")],
                                     check=True, capture_output=True, text=True).stdout.strip()
        fingerprints.append('%s: {fingerprint: "%s"}' % (party, fingerprint))
    for party in "ab":
        write(os.path.join(folder, party, "study.yaml"),
              STUDY + "parties: {%s}\n" % ", ".join(fingerprints))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
