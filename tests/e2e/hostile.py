#!/usr/bin/env python3
"""Plays whoever should not be at the other end of a node that listens.

    hostile.py stranger PORT ACT [ARGUMENT]   has not the peer's key
    hostile.py peer PORT KEY ACT              has it, in the folder KEY, and says what it likes
    hostile.py record PORT TO_PORT FILE       passes one connection on and keeps what the one
                                              who connects says, for `stranger PORT replay FILE`

A stranger exits with 0 if the node sent it away, and 1 if it was let in. What is said here
follows docs/PROTOCOL.md, not the code."""
import os, select, socket, ssl, struct, sys, time, warnings

warnings.simplefilter("ignore", DeprecationWarning)  # of old versions of TLS, which are the point
PATIENCE = 30  # seconds in which a node has sent a stranger away

GREETING, DATA, REST, ACK, END = 1, 2, 3, 4, 5
HEARTBEAT, HELLO = 1, 3
OPEN = 99  # any kind that is none


def connect(port):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except ConnectionRefusedError:
            time.sleep(0.1)
    sys.exit("nobody listens")


def seal(port, key=None, version=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version is not None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
    if key is not None:
        context.load_cert_chain(f"{key}/certificate.pem", f"{key}/key.pem")
    return context.wrap_socket(connect(port))


def expect_sent_away(line):
    """Nothing but an alert, or the end, comes in time; of a TLS that is no word."""
    line.settimeout(PATIENCE)
    try:
        while piece := line.recv(65536):
            if isinstance(line, ssl.SSLSocket):
                sys.exit(f"was told {piece!r}")
    except (ssl.SSLError, ConnectionError):
        pass
    except TimeoutError:
        sys.exit("was not sent away")


# ---- strangers -----------------------------------------------------------------------


def client_hello():
    """The first message of an honest client."""
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    session = context.wrap_bio(into, out, server_hostname="node")
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        return out.read()


def silent(port):
    expect_sent_away(connect(port))


def silent_within(port):
    line = connect(port)
    line.sendall(client_hello())
    expect_sent_away(line)


def drip(port):
    """A byte now and then, which would take minutes."""
    line = connect(port)
    try:
        for byte in client_hello():
            line.sendall(bytes([byte]))
            if select.select([line], [], [], 0.3)[0] and not line.recv(65536):
                return
    except ConnectionError:
        return
    sys.exit("was let say all of it")


def flood(port, seconds):
    """Connections by the hundred, some with nonsense, some with the beginning of a
    handshake; most stay open."""
    end, lines, n = time.monotonic() + float(seconds), [], 0
    hello = client_hello()
    while time.monotonic() < end:
        try:
            line = connect(port)
            line.sendall((b"", os.urandom(4096), hello)[n % 3])
        except OSError:
            continue
        lines.append(line)
        n += 1
        if len(lines) == 300:
            for line in lines[:200]:
                line.close()
            del lines[:200]
    print(f"{n} connections")


def old(port, minor):
    version = ssl.TLSVersion.TLSv1_2 if minor == "2" else ssl.TLSVersion.TLSv1_1
    try:
        expect_sent_away(seal(port, version=version))
    except (ssl.SSLError, ConnectionError):
        return
    sys.exit("an old version was taken")


def nobody(port):
    expect_sent_away(refusable(port, None))


def unknown(port, key):
    expect_sent_away(refusable(port, key))


def refusable(port, key):
    try:
        return seal(port, key)
    except (ssl.SSLError, ConnectionError):
        sys.exit(0)


def replay(port, path):
    with open(path, "rb") as file:
        said = file.read()
    line = connect(port)
    try:
        line.sendall(said)
    except ConnectionError:
        return
    expect_sent_away(line)


# ---- the right key, and wrong content --------------------------------------------------


def varint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def frame(kind, sequence, body=b""):
    out = b"\x08" + varint(kind) + b"\x10" + varint(sequence)
    return out + b"\x1a" + varint(len(body)) + body


class Peer:
    def __init__(self, port, key):
        self.line = seal(port, key)
        self.number = 0
        self.id = os.urandom(16)

    def put(self, word):
        self.line.sendall(struct.pack("<I", len(word)) + word)

    def word(self, kind, number, body=b""):
        self.put(struct.pack("<BQQ", kind, number, 0) + body)

    def greet(self, received=0, part=0, engaged=0):
        self.word(GREETING, 0, self.id + bytes(16) + struct.pack("<QQB", received, part, engaged))

    def wait(self):
        """For the node's own greeting: before that it lets nobody say much."""
        self.line.recv(65536)

    def say(self, message):
        self.word(DATA, self.number, message)
        self.number += 1


def huge_word(peer):
    peer.greet()
    peer.line.sendall(struct.pack("<I", 0xFFFFFFFF) + bytes(65536))


def unknown_word(peer):
    peer.greet()
    peer.word(77, 0, bytes(100))


def gap(peer):
    peer.greet()
    peer.word(DATA, 1 << 60, frame(HELLO, 0))


def rest(peer):
    peer.greet()
    peer.word(REST, 0, struct.pack("<I", 0xFFFFFFF0) + bytes(100))


def greeting(peer):
    """Has received what was never sent."""
    peer.greet(received=1 << 60, part=1 << 60)


def greetings(peer):
    peer.greet()
    peer.wait()
    for _ in range(100000):
        peer.greet()


def huge_frame(peer):
    peer.greet()
    peer.say(b"\x08" + varint(HELLO) + b"\x10\x00\x1a" + varint(1 << 60) + bytes(1000))


def no_frame(peer):
    peer.greet()
    peer.say(os.urandom(1000))


def long_frame(peer):
    peer.greet()
    peer.wait()
    peer.say(frame(HELLO, 0, bytes(1 << 20)))


def another_kind(peer):
    peer.greet()
    peer.say(frame(OPEN, 0, bytes(32)))


def later_kind(peer):
    """A frame that belongs to the run, and not here."""
    peer.greet()
    peer.say(frame(HELLO + 1, 0, bytes(32)))


def sequence(peer):
    peer.greet()
    peer.say(frame(HELLO, 7))


def twice(peer):
    peer.greet()
    peer.say(frame(HEARTBEAT, 0))
    peer.say(frame(HEARTBEAT, 0))


def beats(peer):
    """More heartbeats than fit into memory, if anybody kept them, and then nonsense."""
    peer.greet()
    peer.wait()
    for i in range(20000):
        peer.say(frame(HEARTBEAT, i, bytes(4096)))
    peer.say(frame(OPEN, 20000))


def play(peer, act):
    try:
        act(peer)
        peer.line.settimeout(PATIENCE)
        while peer.line.recv(65536):
            pass
    except OSError:
        pass


def record(port, to_port, path):
    listener = socket.create_server(("127.0.0.1", port))
    near, _ = listener.accept()
    far = connect(to_port)
    with open(path, "wb") as file:
        while True:
            for line in select.select([near, far], [], [])[0]:
                piece = line.recv(65536)
                if not piece:
                    return
                (far if line is near else near).sendall(piece)
                if line is near:
                    file.write(piece)


role, port, *words = sys.argv[1:]
if role == "stranger":
    globals()[words[0]](int(port), *words[1:])
elif role == "peer":
    play(Peer(int(port), words[0]), globals()[words[1]])
else:
    record(int(port), int(words[0]), words[1])
