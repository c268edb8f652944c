"""Clients of another language against the sandbox: requests for one thing after another, aiohttp for many at once.

usage: sandbox_client.py CATALINK      (the built command; needs the packages requests and aiohttp)
"""
import asyncio, subprocess, sys, tempfile, time, uuid
import aiohttp, requests

BODY = {"title": "Mug", "url": "mug", "linkType": "PRODUCT", "amount": 29.9}
PATH = "/api/v0/payment-links"


class Sandbox:
    def __init__(self, *options):
        self.process = subprocess.Popen(
            [sys.argv[1], "sandbox", "--port", "0", "--client-key", "k", "--client-secret", "s", *options],
            stdout=subprocess.PIPE, text=True)
        self.base = self.process.stdout.readline().split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(10) == 0, "a graceful stop"

    def headers(self, key=None):
        return {"x-client-key": "k", "x-client-secret": "s", "idempotency-key": key or str(uuid.uuid4())}

    def post(self, key=None, timeout=5, **changes):
        return requests.post(self.base + PATH, json=BODY | changes, headers=self.headers(key), timeout=timeout)

    def get(self, path):
        return requests.get(self.base + path, headers=self.headers(), timeout=5)

    def stats(self):
        return self.get("/_sandbox/stats").json()


def check(name, holds):
    print(("ok      " if holds else "FAILED  ") + name)
    if not holds:
        check.failed += 1


check.failed = 0


def one_after_another():
    key = str(uuid.uuid4())
    with Sandbox("--limit", "30") as sandbox:
        first = sandbox.post(key)
        check("create gives 201", first.status_code == 201)
        check("replay gives the same link", sandbox.post(key).json() == first.json())
        check("other data with the key gives 409", sandbox.post(key, title="Cup").status_code == 409)
        for number in range(12):
            sandbox.post(url=f"mug-{number}")
        pages, skip = [], 0
        while page := sandbox.get(f"{PATH}?skip={skip}&take=5").json():
            pages.append(len(page))
            skip += len(page)
        check("the list pages through", pages == [5, 5, 3])
        answers = [sandbox.get(PATH) for _ in range(20)]
        refused = next(answer for answer in answers if answer.status_code == 429)
        check("429 has its headers", {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"}
              <= set(refused.headers) and refused.json()["message"] == "Rate limit exceeded")
        check("429 tells when", 0 < int(refused.headers["Retry-After"]) <= 60)
    with Sandbox("--key-lifetime", "1s") as sandbox:
        first = sandbox.post(key)
        time.sleep(1.1)
        late = sandbox.post(key, url="mug-2")
        check("an expired key makes another link", late.status_code == 201 and late.json()["id"] != first.json()["id"])


def each_fault():
    expected = {"cut-before": (None, 0), "cut-after": (None, 1), "error-before": (500, 0), "error-after": (500, 1),
                "garbage": (201, 1), "throttle": (429, 0), "stall": (None, 0), "stall-after": (None, 1)}
    for fault, (status, made) in expected.items():
        with Sandbox("--fault", f"{fault}@1") as sandbox:
            key = str(uuid.uuid4())
            try:
                answer = sandbox.post(key, timeout=0.5)
                got = answer.status_code
                if fault == "garbage":
                    try:
                        answer.json()
                        got = "readable"
                    except requests.exceptions.JSONDecodeError:
                        pass
            except (requests.exceptions.ConnectionError, requests.exceptions.Timeout):
                got = None
            check(f"{fault}: first {status}, {made} made", got == status and sandbox.stats()["links"] == made)
            check(f"{fault}: the resend ends it", sandbox.post(key).status_code == 201 and sandbox.stats()["links"] == 1)
    with Sandbox("--fault", "latency=100ms..120ms") as sandbox:
        start = time.perf_counter()
        sandbox.post()
        check("latency: at least 100 ms", time.perf_counter() - start >= 0.1)


async def many_at_once():
    with Sandbox("--limit", "100000") as sandbox:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=32)) as session:
            async def post(number):
                async with session.post(sandbox.base + PATH, json=BODY | {"url": f"mug-{number}"},
                                        headers=sandbox.headers()) as response:
                    return (await response.json())["id"]
            ids = await asyncio.gather(*[post(number) for number in range(2000)])
        check("aiohttp: 2,000 links at 32 connections", len(set(ids)) == 2000 == sandbox.stats()["created"])


def killed():
    with tempfile.TemporaryDirectory() as directory:
        key, store = str(uuid.uuid4()), ["--store", directory + "/sandbox.sqlite"]
        sandbox = Sandbox(*store)
        made = [sandbox.post(key).json()] + [sandbox.post(url=f"mug-{number}").json() for number in range(50)]
        sandbox.process.kill()
        sandbox.process.wait()
        with Sandbox(*store) as again:
            check("kill -9: no link is lost", again.get("/_sandbox/links").json() == made)
            check("kill -9: keys still replay", again.post(key).json() == made[0])


one_after_another()
each_fault()
asyncio.run(many_at_once())
killed()
sys.exit(1 if check.failed else 0)
