package main

// workload is a piece of ordinary learner's work, in Go for the kernels of Go and the compiled
// program, and in Python. Its calls give the same value everywhere.
type workload struct {
	Name   string `json:"name"`
	Go     string `json:"go"` // declarations
	Call   string `json:"call"`
	Python string `json:"python"`
	PyCall string `json:"pycall"`
	// Closed tells that the promise of the tier holds for it: within 1.3 times the compiled program.
	Closed bool `json:"closed"`
}

// imports are those of all workloads.
var imports = []string{"crypto/sha256", "fmt", "math/rand", "sort", "sync", "sync/atomic"}

var workloads = []workload{
	{
		Name: "fib(30)", Closed: true,
		Go:     "func fib(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn fib(n-1) + fib(n-2)\n}",
		Call:   "fib(30)",
		Python: "def fib(n):\n    return n if n < 2 else fib(n-1) + fib(n-2)",
		PyCall: "fib(30)",
	},
	{
		Name: "fib(35)", Closed: true,
		Call:   "fib(35)",
		PyCall: "fib(35)",
	},
	{
		Name: "loop of 10 M", Closed: true,
		Go:     "func loop(n int) int {\n\tsum := 0\n\tfor i := 0; i < n; i++ {\n\t\tsum += i ^ sum\n\t}\n\treturn sum & 0xffff\n}",
		Call:   "loop(10_000_000)",
		Python: "def loop(n):\n    s = 0\n    for i in range(n):\n        s += i ^ s\n        s &= 0xffffffff\n    return s & 0xffff",
		PyCall: "loop(10_000_000)",
	},
	{
		Name: "sort 1 M ints", Closed: true,
		Go:     "func sorted(n int) int {\n\tr := rand.New(rand.NewSource(1))\n\ts := make([]int, n)\n\tfor i := range s {\n\t\ts[i] = r.Intn(n)\n\t}\n\tsort.Slice(s, func(i, j int) bool { return s[i] < s[j] })\n\tfor i := 1; i < n; i++ {\n\t\tif s[i-1] > s[i] {\n\t\t\treturn -1\n\t\t}\n\t}\n\treturn len(s)\n}",
		Call:   "sorted(1_000_000)",
		Python: "import random\ndef sorted_(n):\n    s = [int(random.random() * n) for _ in range(n)]\n    s.sort()\n    return len(s)",
		PyCall: "sorted_(1_000_000)",
	},
	{
		Name: "SHA-256 of 64 MiB, 4 goroutines", Closed: true,
		Go:     "func hashes(n int) string {\n\tvar wg sync.WaitGroup\n\tvar sums [4][32]byte\n\tfor i := range 4 {\n\t\twg.Add(1)\n\t\tgo func() {\n\t\t\tdefer wg.Done()\n\t\t\th := sha256.New()\n\t\t\tblock := make([]byte, 1<<16)\n\t\t\tblock[0] = byte(i)\n\t\t\tfor range n / 4 / len(block) {\n\t\t\t\th.Write(block)\n\t\t\t}\n\t\t\th.Sum(sums[i][:0])\n\t\t}()\n\t}\n\twg.Wait()\n\treturn fmt.Sprintf(\"%x\", sums[3][:4])\n}",
		Call:   "hashes(64 << 20)",
		Python: "import hashlib\nfrom concurrent.futures import ThreadPoolExecutor\ndef digest(i, n):\n    h, block = hashlib.sha256(), bytearray(1 << 16)\n    block[0] = i\n    for _ in range(n // 4 // len(block)):\n        h.update(block)\n    return h.hexdigest()[:8]\ndef hashes(n):\n    with ThreadPoolExecutor(4) as pool:\n        return list(pool.map(lambda i: digest(i, n), range(4)))[3]",
		PyCall: "hashes(64 << 20)",
	},
	{
		Name: "matrix product 300x300", Closed: true,
		Go:     "func product(n int) float64 {\n\ta, b, c := make([][]float64, n), make([][]float64, n), make([][]float64, n)\n\tfor i := range n {\n\t\ta[i], b[i], c[i] = make([]float64, n), make([]float64, n), make([]float64, n)\n\t\tfor j := range n {\n\t\t\ta[i][j], b[i][j] = float64(i+j), float64(i-j)\n\t\t}\n\t}\n\tvar wg sync.WaitGroup\n\tfor i := range n {\n\t\twg.Go(func() {\n\t\t\tfor j := range n {\n\t\t\t\tsum := 0.0\n\t\t\t\tfor k := range n {\n\t\t\t\t\tsum += a[i][k] * b[k][j]\n\t\t\t\t}\n\t\t\t\tc[i][j] = sum\n\t\t\t}\n\t\t})\n\t}\n\twg.Wait()\n\treturn c[n-1][n-1]\n}",
		Call:   "product(300)",
		Python: "def product(n):\n    a = [[float(i+j) for j in range(n)] for i in range(n)]\n    b = [[float(i-j) for j in range(n)] for i in range(n)]\n    t = list(zip(*b))\n    c = [[sum(x*y for x, y in zip(row, col)) for col in t] for row in a]\n    return c[n-1][n-1]",
		PyCall: "product(300)",
	},
	{
		Name: "primes to 2 M, pool of workers", Closed: true,
		Go:     "func primes(limit int) int {\n\ttype span struct{ from, to int }\n\tjobs, found := make(chan span), make(chan int)\n\tvar wg sync.WaitGroup\n\tfor range 4 {\n\t\twg.Add(1)\n\t\tgo func() {\n\t\t\tdefer wg.Done()\n\t\t\tfor j := range jobs {\n\t\t\t\tcount := 0\n\t\t\t\tfor n := max(j.from, 2); n < j.to; n++ {\n\t\t\t\t\tprime := true\n\t\t\t\t\tfor d := 2; d*d <= n; d++ {\n\t\t\t\t\t\tif n%d == 0 {\n\t\t\t\t\t\t\tprime = false\n\t\t\t\t\t\t\tbreak\n\t\t\t\t\t\t}\n\t\t\t\t\t}\n\t\t\t\t\tif prime {\n\t\t\t\t\t\tcount++\n\t\t\t\t\t}\n\t\t\t\t}\n\t\t\t\tfound <- count\n\t\t\t}\n\t\t}()\n\t}\n\tgo func() {\n\t\tfor n := 0; n < limit; n += 10_000 {\n\t\t\tjobs <- span{n, n + 10_000}\n\t\t}\n\t\tclose(jobs)\n\t\twg.Wait()\n\t\tclose(found)\n\t}()\n\tsum := 0\n\tfor n := range found {\n\t\tsum += n\n\t}\n\treturn sum\n}",
		Call:   "primes(2_000_000)",
		Python: "def primes(limit):\n    sieve = bytearray([1]) * limit\n    sieve[0:2] = b'\\0\\0'\n    for n in range(2, int(limit ** 0.5) + 1):\n        if sieve[n]:\n            sieve[n*n::n] = bytes(len(range(n*n, limit, n)))\n    return sum(sieve)",
		PyCall: "primes(2_000_000)",
	},
	{
		Name:   "100 k goroutines, WaitGroup",
		Go:     "func many(n int) int64 {\n\tvar sum atomic.Int64\n\tvar wg sync.WaitGroup\n\tfor i := range n {\n\t\twg.Add(1)\n\t\tgo func() {\n\t\t\tdefer wg.Done()\n\t\t\tsum.Add(int64(i))\n\t\t}()\n\t}\n\twg.Wait()\n\treturn sum.Load()\n}",
		Call:   "many(100_000)",
		Python: "import asyncio\nasync def many(n):\n    total = 0\n    async def one(i):\n        nonlocal total\n        total += i\n    await asyncio.gather(*(one(i) for i in range(n)))\n    return total",
		PyCall: "await many(100_000)",
	},
	{
		Name:   "200 k ping-pong messages",
		Go:     "func pingpong(n int) int {\n\tping, pong := make(chan int), make(chan int)\n\tgo func() {\n\t\tfor v := range ping {\n\t\t\tpong <- v + 1\n\t\t}\n\t\tclose(pong)\n\t}()\n\tv := 0\n\tfor range n / 2 {\n\t\tping <- v\n\t\tv = <-pong\n\t}\n\tclose(ping)\n\t<-pong // closed when the other one has ended\n\treturn v\n}",
		Call:   "pingpong(200_000)",
		Python: "async def pingpong(n):\n    ping, pong = asyncio.Queue(1), asyncio.Queue(1)\n    async def player():\n        for _ in range(n // 2):\n            await pong.put(await ping.get() + 1)\n    task, v = asyncio.create_task(player()), 0\n    for _ in range(n // 2):\n        await ping.put(v)\n        v = await pong.get()\n    await task\n    return v",
		PyCall: "await pingpong(200_000)",
	},
	{
		Name:   "session type, variable and mutex",
		Go:     "type account struct {\n\tmu      sync.Mutex\n\tbalance int\n}\n\nfunc (a *account) deposit(n int) {\n\ta.mu.Lock()\n\tdefer a.mu.Unlock()\n\ta.balance += n\n}\n\nvar bank account\n\nfunc deposits(n int) int {\n\tbank.balance = 0\n\tfor i := range n {\n\t\tbank.deposit(i & 3)\n\t}\n\treturn bank.balance\n}",
		Call:   "deposits(300_000)",
		Python: "import threading\nclass Account:\n    def __init__(self):\n        self.mu, self.balance = threading.Lock(), 0\n    def deposit(self, n):\n        with self.mu:\n            self.balance += n\nbank = Account()\ndef deposits(n):\n    bank.balance = 0\n    for i in range(n):\n        bank.deposit(i & 3)\n    return bank.balance",
		PyCall: "deposits(300_000)",
	},
}
