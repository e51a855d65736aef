package install

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Lab says how JupyterLab is started.
type Lab struct {
	Notebooks string // folder or notebook to open; "" for the course, or the current folder without one
	Port      int    // 0 for any free one
	IP        string // address to listen on
	NoBrowser bool
	Jupyter   string // an existing jupyter program or environment, "" for the private one
	Python    string // makes the private environment, "" for the one that is found
	Verbose   bool   // show all that the server logs
}

// Run sets up what is missing, starts JupyterLab and returns when it has
// ended. The end of ctx stops it. It tells progress what takes long, and
// starts two goroutines, which end with it: one waits for the server's end,
// one (only below "go run") watches for the end of its parent.
func (l Lab) Run(ctx context.Context, progress io.Writer) error {
	start := time.Now()
	root, page, err := l.openPath()
	if err != nil {
		return err
	}
	port, err := freePort(l.IP, l.Port)
	if err != nil {
		return err
	}
	cache, err := makeCacheDir()
	if err != nil {
		return err
	}
	command, env, data, err := l.server(ctx, cache, progress)
	if err != nil {
		return err
	}
	// Other servers may start the kernel from an existing Jupyter's folder long
	// after this one, so that folder gets a copy of its own.
	target := Target{Data: data}
	if l.Jupyter != "" {
		target.Binary, target.Copy, err = thisProgram()
	} else {
		target.Binary, err = lastingProgram(cache)
	}
	if err != nil {
		return err
	}
	if _, err := Install(target); err != nil {
		return err
	}
	token, err := newToken()
	if err != nil {
		return err
	}
	s := server{
		command: append(command, l.serverFlags(root, page, port)...),
		env:     append(env, "JUPYTER_TOKEN="+token),
		address: "http://" + net.JoinHostPort(reachable(l.IP), strconv.Itoa(port)),
		token:   token,
	}
	if l.Jupyter == "" {
		logf := func(format string, args ...any) { fmt.Fprintf(progress, format, args...) }
		defer startTrust(ctx, privateJupyterIn(cache), env, filepath.Join(cache, "data"), logf)()
	}
	return s.run(ctx, func() {
		fmt.Fprintf(progress, "JupyterLab is ready (%.1f s): %s/%s?token=%s\nStop it with Ctrl-C.\n",
			time.Since(start).Seconds(), s.address, page, token)
	})
}

// openPath gives the folder that the server shows and the page that opens.
func (l Lab) openPath() (root, page string, err error) {
	root = l.Notebooks
	if root == "" {
		root = courseFolder()
	}
	if root, err = filepath.Abs(root); err != nil {
		return "", "", err
	}
	info, err := os.Stat(root)
	if err != nil {
		return "", "", sentence(err, "there is no folder or notebook %s: give the path of one", root)
	}
	if info.IsDir() {
		return root, "lab", nil
	}
	return filepath.Dir(root), "lab/tree/" + url.PathEscape(filepath.Base(root)), nil
}

// courseFolder is the folder notebooks of this project's checkout around the
// current folder, or else the current folder.
func courseFolder() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	for d := dir; ; d = filepath.Dir(d) {
		mod, err := os.ReadFile(filepath.Join(d, "go.mod"))
		if err == nil && strings.HasPrefix(string(mod), "module gokernel\n") {
			if info, err := os.Stat(filepath.Join(d, "notebooks")); err == nil && info.IsDir() {
				return filepath.Join(d, "notebooks")
			}
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// freePort proves that the server will be able to listen.
func freePort(ip string, port int) (int, error) {
	host := ip
	if host == "*" {
		host = ""
	}
	ln, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err == nil {
		defer ln.Close()
		return ln.Addr().(*net.TCPAddr).Port, nil
	}
	var dns *net.DNSError
	switch {
	case portTaken(err):
		return 0, sentence(err, "port %d is in use: stop what listens there (an earlier JupyterLab?), or choose another port, for example --port %d", port, port+1)
	case errors.Is(err, syscall.EACCES):
		return 0, sentence(err, "port %d may not be used by this user: choose one above 1023 with --port", port)
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.As(err, &dns):
		return 0, sentence(err, "%s is not an address of this machine: give --ip 127.0.0.1, or --ip 0.0.0.0 for all addresses", ip)
	}
	return 0, sentence(err, "cannot listen on %s port %d (%v): choose others with --ip and --port", ip, port, err)
}

// reachable is an address under which a browser on this machine finds a server that listens on ip.
func reachable(ip string) string {
	switch ip {
	case "", "*", "0.0.0.0", "::":
		return "127.0.0.1"
	}
	return ip
}

func newToken() (string, error) {
	b := make([]byte, 24)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("making a token: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// server gives the command line that starts JupyterLab, its environment and
// the data folder where it finds kernelspecs.
func (l Lab) server(ctx context.Context, cache string, progress io.Writer) (command, env []string, data string, err error) {
	if l.Jupyter != "" {
		return existingJupyter(ctx, l.Jupyter)
	}
	j, err := openJupyter(ctx, cache, l.Python, progress)
	if err != nil {
		return nil, nil, "", err
	}
	// Its own folders keep settings, extensions and kernels of other Jupyter
	// installations of this user out of it.
	env = slices.DeleteFunc(j.environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "JUPYTER_") || strings.HasPrefix(kv, "JUPYTERLAB_")
	})
	for _, dir := range []string{"settings", "data"} {
		if err := os.MkdirAll(filepath.Join(cache, dir), 0o700); err != nil {
			return nil, nil, "", cannotWrite(cache, err, "set "+cacheVariable+" to a folder you can write to")
		}
	}
	env = append(env,
		"JUPYTER_CONFIG_DIR="+filepath.Join(cache, "settings"),
		"JUPYTER_DATA_DIR="+filepath.Join(cache, "data"),
		"JUPYTER_RUNTIME_DIR="+filepath.Join(cache, "data", "runtime"),
		"IPYTHONDIR="+filepath.Join(cache, "settings", "ipython"),
		"PATH="+filepath.Dir(j.python())+string(os.PathListSeparator)+os.Getenv("PATH"))
	return []string{j.python(), "-m", "jupyterlab"}, env, j.data(), nil
}

// existingJupyter takes a jupyter program, or an environment that holds one.
func existingJupyter(ctx context.Context, asked string) (command, env []string, data string, err error) {
	path := asked
	if info, err := os.Stat(asked); err == nil && info.IsDir() {
		path = venvProgram(asked, "jupyter")
	}
	path, err = exec.LookPath(path)
	if err != nil {
		return nil, nil, "", sentence(err, "there is no program %s: give --jupyter the path of a jupyter program, or leave it out for a private JupyterLab", asked)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, nil, "", err
	}
	if err := run(ctx, nil, path, "lab", "--version"); err != nil {
		if ctx.Err() != nil {
			return nil, nil, "", ctx.Err()
		}
		return nil, nil, "", sentence(err, "%s has no JupyterLab: install it there (pip install jupyterlab), or leave out --jupyter for a private one", path)
	}
	cmd := exec.CommandContext(ctx, path, "--paths", "--json")
	out, err := cmd.Output()
	var paths struct{ Data []string }
	if err == nil {
		err = json.Unmarshal(out, &paths)
	}
	if err != nil || len(paths.Data) == 0 {
		return nil, nil, "", sentence(err, "%s does not say where its kernels are (jupyter --paths --json): leave out --jupyter for a private JupyterLab", path)
	}
	// The first folder is the one whose kernelspecs win.
	return []string{path, "lab"}, os.Environ(), paths.Data[0], nil
}

// serverFlags are JupyterLab's arguments. A root user needs leave to run it,
// the port was chosen already, and a page that waits in a file cannot be read by a
// browser that a sandbox keeps out of hidden folders.
func (l Lab) serverFlags(root, page string, port int) []string {
	flags := []string{
		"--ServerApp.root_dir=" + root,
		"--ServerApp.ip=" + l.IP,
		"--ServerApp.port=" + strconv.Itoa(port),
		"--ServerApp.port_retries=0",
		"--LabApp.default_url=/" + page,
		"--ServerApp.open_browser=" + map[bool]string{true: "False", false: "True"}[l.NoBrowser],
		"--ServerApp.use_redirect_file=False",
		"--MultiKernelManager.default_kernel_name=" + KernelName,
	}
	if runtime.GOOS != "windows" && os.Geteuid() == 0 {
		flags = append(flags, "--allow-root")
	}
	if !l.Verbose {
		flags = append(flags, "--log-level=WARN", "--LabApp.log_level=WARN")
	}
	return flags
}

// A server is a JupyterLab that is started, awaited and stopped.
type server struct {
	command []string
	env     []string
	address string // http://host:port
	token   string
}

// run starts the server, calls ready when it answers, and returns when it has ended.
func (s server) run(ctx context.Context, ready func()) error {
	var log tail
	cmd := exec.Command(s.command[0], s.command[1:]...)
	cmd.Env = s.env
	cmd.Stdout = os.Stdout
	cmd.Stderr = io.MultiWriter(os.Stderr, &log)
	cmd.WaitDelay = 2 * time.Second
	// Ctrl-C comes to this program, which stops the server in its own way.
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return sentence(err, "JupyterLab cannot be started (%v): remove %s and start again", err, filepath.Dir(s.command[0]))
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	ctx, orphaned := context.WithCancel(ctx)
	defer orphaned()
	watchParent(ctx, orphaned)

	answered := false
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			if err == nil {
				return nil // stopped from its menu
			}
			if !answered {
				return sentence(err, "JupyterLab ended before it answered (%v); what it said is above: start again with --verbose, or remove %s to set it up anew", err, filepath.Dir(filepath.Dir(s.command[0])))
			}
			return sentence(err, "JupyterLab ended by itself (%v); what it said is above: start it again", err)
		case <-ctx.Done():
			return s.stop(cmd, ended)
		case <-tick.C:
			if s.answers(ctx) {
				answered = true
				tick.Stop()
				ready()
			}
		}
	}
}

// answers tells whether the server serves requests.
func (s server) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+"/api", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// stop asks the server to end its kernels and itself, and kills it after ten seconds.
func (s server) stop(cmd *exec.Cmd, ended <-chan error) error {
	s.askToStop(cmd)
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		cmd.Process.Kill()
		<-ended
	}
	return nil
}
