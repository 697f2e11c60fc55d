"""Submissions that call home. Tags as in reading.py; PORT is one on which the test listens."""

import ctypes
import os
import sys
import socket

LIBC = ctypes.CDLL(None, use_errno=True)


class Attack:
    def __init__(self):
        # Where modules that were not loaded beforehand would come from.
        sys.path[:] = ["LIBRARY", "LIBRARY/lib-dynload"]
        for name, module in list(sys.modules.items()):
            if hasattr(module, "__path__"):
                module.__path__ = [os.path.join("LIBRARY", *name.split("."))]

    def connect(self):
        """TCP, to this machine."""
        return 1.0 + socket.create_connection(("127.0.0.1", int("PORT"))).fileno()

    def connect_by_name(self):
        """The resolver opens files and sockets."""
        return 1.0 * len(socket.getaddrinfo("localhost", int("PORT")))

    def fetch(self):
        """What a script would do."""
        import urllib.request

        try:
            urllib.request.urlopen("http://127.0.0.1:PORT/", timeout=2)
        except (ConnectionError, urllib.error.HTTPError):
            return 1.0  # it was reached

    def send_a_datagram(self):
        """UDP needs no answer."""
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"grades", ("127.0.0.1", int("PORT")))

    def connect_by_ipv6(self):
        """The other family."""
        return 1.0 + socket.socket(socket.AF_INET6, socket.SOCK_STREAM).fileno()

    def listen(self):
        """For others to come."""
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen()
        return 1.0

    def connect_to_a_unix_socket(self):
        """Docker's lies in the file system."""
        return 1.0 + socket.socket(socket.AF_UNIX).fileno()

    def bind_an_abstract_socket(self):
        """A name without a file."""
        server = socket.socket(socket.AF_UNIX)
        server.bind("\0escape")
        return 1.0

    def make_a_pair(self):
        """Not even to itself."""
        return len(socket.socketpair())

    def open_a_raw_socket(self):
        """Packets by hand. [root]"""
        return 1.0 + socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).fileno()

    def talk_to_the_kernel(self):
        """Netlink."""
        return 1.0 + socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).fileno()

    def ask_for_a_socket_by_number(self):
        """Past Python's module."""
        descriptor = LIBC.syscall(ctypes.c_long(41), 2, 1, 0)
        if descriptor < 0:
            raise OSError
        return 1.0

    def pass_a_descriptor_over_the_wire(self):
        """The wire is a socket: sendmsg could give things away."""
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=3)
        try:
            return 1.0 + socket.send_fds(wire, [b""], [1])
        finally:
            wire.detach()

    def ask_the_wire_who_listens(self):
        """Credentials of the judge."""
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=3)
        try:
            return 1.0 + len(wire.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        finally:
            wire.detach()

    def use_a_ring(self):
        """io_uring opens sockets behind the filter's back."""
        descriptor = LIBC.syscall(ctypes.c_long(425), 8, ctypes.create_string_buffer(120))
        if descriptor < 0:
            raise OSError
        return 1.0 + descriptor

    def ask_for_the_machines_name(self):
        """A small leak."""
        return len(os.uname().nodename) + 1.0
