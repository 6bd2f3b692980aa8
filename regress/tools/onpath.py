# A stranger on the path to an NTP server: onpath.py ADDRESS SERVER passes
# NTS-KE through as it is, and does to UDP what a line on stdin says:
#
#	pass | forge | replay | delay | drop | flip | cut | pad | race | nak |
#	kiss
#
# forge: the server's time is 100 s later, NTS fields and all else stay;
# replay: each reply is the first one there was; delay: replies take 300 ms
# more; drop: every other reply is lost; flip: one bit is another one, in
# each field in turn; cut: the end is missing, or fields are; pad: fields
# nobody vouches for are added to queries and replies, cookies among them;
# race: what is forged arrives before the reply; nak: a kiss that new keys are
# needed instead of the reply; kiss: that one and others arrive before it.  "set WORD" is the answer.
import os
import select
import socket
import struct
import sys
import threading
import time

here, server = sys.argv[1], sys.argv[2]
mode = "pass"
first = None
count = 0


def copy(a, b):
    try:
        while True:
            data = a.recv(4096)
            if not data:
                break
            b.sendall(data)
    except OSError:
        pass
    try:
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def tcp():
    s = socket.create_server((here, 4460))
    while True:
        a, _ = s.accept()
        b = socket.create_connection((server, 4460))
        for pair in ((a, b), (b, a)):
            threading.Thread(target=copy, args=pair, daemon=True).start()


def later(data, seconds):
    out = bytearray(data)
    for at in (32, 40):
        t = struct.unpack_from("!I", out, at)[0]
        struct.pack_into("!I", out, at, (t + seconds) & 0xffffffff)
    return bytes(out)


def fields(data):
    """where the header's and the extension fields' octets begin"""
    at = 48
    while at + 4 <= len(data):
        yield at
        at += max(struct.unpack_from("!H", data, at + 2)[0], 4)


def flip(data):
    # leap and version, stratum, root dispersion, reference, the times;
    # of each field its type, length, first and last octets
    spots = [0, 1, 11, 12, 23, 24, 35, 47]
    ends = list(fields(data))[1:] + [len(data)]
    for at, end in zip(fields(data), ends):
        spots += [at, at + 3, at + 4, at + 12, end - 1]
    out = bytearray(data)
    out[spots[count % len(spots)]] ^= 1 << count // len(spots) % 8
    return bytes(out)


def cut(data):
    ends = list(fields(data)) + [len(data) - 4, len(data) - 1]
    return data[:ends[count % len(ends)]]


def pad(data):
    return data + struct.pack("!HH100x", 0x0204, 104) + \
        struct.pack("!HH28x", 0x4242, 32)


def kiss(query, code):
    return (b"\x24\x00" + query[2:12] + code + bytes(8) +
            query[40:48] + query[40:48] + query[40:48])


def nak(query):
    uid = next(query[at:at + struct.unpack_from("!H", query, at + 2)[0]]
               for at in fields(query)
               if query[at:at + 2] == b"\x01\x04")
    return kiss(query, b"NTSN") + uid


def answer(sock, data, client, wait):
    time.sleep(wait)
    sock.sendto(data, client)


def handle(sock, query, client):
    global first, count
    up = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    up.settimeout(2)
    up.sendto(pad(query) if mode == "pad" else query, (server, 123))
    try:
        data = up.recv(2048)
    except OSError:
        return
    finally:
        up.close()
    first = first or data
    count += 1
    if mode == "drop" and count % 2:
        return
    if mode == "forge":
        data = later(data, 100)
    elif mode == "replay":
        # with the origin that is asked for: all a stranger can do
        data = first[:24] + query[40:48] + first[32:]
    elif mode == "flip":
        data = flip(data)
    elif mode == "cut":
        data = cut(data)
    elif mode == "pad":
        data = pad(data)
    elif mode == "nak":
        data = nak(query)
    elif mode == "kiss":
        for forged in (kiss(query, b"RATE"), kiss(query, b"DENY"),
                       nak(query)):
            answer(sock, forged, client, 0)
    elif mode == "race":
        for forged in (later(data, 100), data[:48], nak(query)[:48],
                       flip(data)):
            answer(sock, forged, client, 0)
    answer(sock, data, client, 0.3 if mode == "delay" else 0)


def udp():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((here, 123))
    while True:
        query, client = s.recvfrom(2048)
        threading.Thread(target=handle, args=(s, query, client),
                         daemon=True).start()


threading.Thread(target=tcp, daemon=True).start()
threading.Thread(target=udp, daemon=True).start()
print("onpath ready", flush=True)
while True:
    select.select([0], [], [])
    for word in os.read(0, 256).decode().split():
        mode = word
        print("set", word, flush=True)
