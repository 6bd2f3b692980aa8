# A stranger on the path to an NTP server: onpath.py ADDRESS SERVER passes
# NTS-KE through as it is, and does to UDP what a line on stdin says:
#
#	pass | forge | replay | delay | drop
#
# forge: the server's time is 100 s later, NTS fields and all else stay;
# replay: each reply is the first one there was; delay: replies take 300 ms
# more; drop: every other reply is lost.  "set WORD" is the answer.
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


def answer(sock, data, client, wait):
    time.sleep(wait)
    sock.sendto(data, client)


def handle(sock, query, client):
    global first, count
    up = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    up.settimeout(2)
    up.sendto(query, (server, 123))
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
