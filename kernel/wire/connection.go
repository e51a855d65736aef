package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// ConnectionInfo is a connection file: where a kernel listens and which keys
// it shares with its clients
// (https://jupyter-client.readthedocs.io/en/latest/kernels.html#connection-files).
type ConnectionInfo struct {
	Transport string `json:"transport"` // tcp or ipc
	// IP is the address to bind for tcp, "*" for all of them; for ipc it is the
	// path that the sockets' paths begin with.
	IP          string `json:"ip"`
	ShellPort   int    `json:"shell_port"`
	IOPubPort   int    `json:"iopub_port"`
	StdinPort   int    `json:"stdin_port"`
	ControlPort int    `json:"control_port"`
	HBPort      int    `json:"hb_port"`
	// Key signs messages; "" turns signing and checking off.
	Key             string `json:"key"`
	SignatureScheme string `json:"signature_scheme"` // hmac-sha256 and its like
	KernelName      string `json:"kernel_name,omitempty"`
	// CurvePublicKey and CurveSecretKey turn CurveZMQ on for all five sockets:
	// Z85, 40 characters each. jupyter_client 8.9 and later write them when
	// the kernelspec says supported_encryption: ["curve"].
	CurvePublicKey string `json:"curve_publickey,omitempty"`
	CurveSecretKey string `json:"curve_secretkey,omitempty"`
}

// ReadConnectionFile reads and checks the connection file at path.
func ReadConnectionFile(path string) (ConnectionInfo, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ConnectionInfo{}, fmt.Errorf("reading connection file: %s does not exist: start the kernel through Jupyter, which writes this file", path)
	}
	if err != nil {
		return ConnectionInfo{}, fmt.Errorf("reading connection file: %w", err)
	}
	info := ConnectionInfo{Transport: "tcp", IP: "127.0.0.1", SignatureScheme: "hmac-sha256"}
	if err := json.Unmarshal(data, &info); err != nil {
		return ConnectionInfo{}, fmt.Errorf("reading connection file %s: %w", path, withoutSecrets(err))
	}
	if err := info.Check(); err != nil {
		return ConnectionInfo{}, fmt.Errorf("reading connection file %s: %w", path, err)
	}
	return info, nil
}

// withoutSecrets says in plain words which field has the wrong type and drops
// the value, which could be a key.
func withoutSecrets(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	field := wrong.Field
	if field == "" {
		field = "it"
	}
	want := "an object"
	switch wrong.Type.Kind() {
	case reflect.String:
		want = "a string"
	case reflect.Bool:
		want = "true or false"
	case reflect.Int, reflect.Float64:
		want = "a number"
	}
	return fmt.Errorf("%s must be %s, not %s", field, want, wrong.Value)
}

// Check reports the first thing in c that no kernel could serve.
func (c ConnectionInfo) Check() error {
	switch c.Transport {
	case "tcp", "ipc":
	default:
		return fmt.Errorf("transport %q is not supported, only tcp and ipc are", c.Transport)
	}
	for ch := range Channel(channels) {
		if p := c.Port(ch); p < 0 || c.Transport == "tcp" && p > 65535 {
			return fmt.Errorf("%s_port %d is not a port", ch, p)
		}
	}
	if c.Key != "" {
		if _, err := newSigner(c.SignatureScheme, c.Key); err != nil {
			return err
		}
	}
	_, err := c.curveKeys()
	return err
}

// Port is the port of ch.
func (c ConnectionInfo) Port(ch Channel) int { return *c.port(ch) }

func (c *ConnectionInfo) port(ch Channel) *int {
	switch ch {
	case Shell:
		return &c.ShellPort
	case IOPub:
		return &c.IOPubPort
	case Stdin:
		return &c.StdinPort
	case Control:
		return &c.ControlPort
	}
	return &c.HBPort
}

// Open reports whether other machines can reach the sockets.
func (c ConnectionInfo) Open() bool {
	if c.Transport != "tcp" {
		return false
	}
	ip := net.ParseIP(c.IP)
	return c.IP != "localhost" && (ip == nil || !ip.IsLoopback())
}

// address is where ch listens, for net.Listen.
func (c ConnectionInfo) address(ch Channel) (network, address string) {
	port := strconv.Itoa(c.Port(ch))
	if c.Transport == "ipc" {
		return "unix", c.IP + "-" + port
	}
	host := c.IP
	if host == "*" {
		host = ""
	}
	return "tcp", net.JoinHostPort(strings.Trim(host, "[]"), port)
}

// Write writes c to path, readable and writable for its owner only, all of it
// or nothing.
func (c ConnectionInfo) Write(path string) error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("writing connection file: %w", err)
	}
	// CreateTemp makes the file with mode 0600.
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing connection file: %w", err)
	}
	_, err = f.Write(append(data, '\n'))
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("writing connection file: %w", err)
	}
	return nil
}
