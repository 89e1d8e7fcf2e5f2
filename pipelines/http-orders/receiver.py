"""A server that prints what it gets, and drops what it has had: run it with python3."""
from http.server import BaseHTTPRequestHandler, HTTPServer

seen = set()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        key = self.headers["Idempotency-Key"]
        if key not in seen:
            seen.add(key)
            print(body, flush=True)
        self.send_response(204)
        self.end_headers()

    def do_OPTIONS(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *words):
        pass


HTTPServer(("127.0.0.1", 8080), Receiver).serve_forever()
