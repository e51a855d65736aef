package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-zeromq/zmq4"
)

// Frame flags of ZMTP 3 (https://rfc.zeromq.org/spec/23/).
const (
	flagMore    = 1
	flagLong    = 2
	flagCommand = 4
)

const (
	greetingSize = 64
	// handshakeLimit bounds a command of the handshake: socket type, identity
	// (at most 255 bytes) and a few properties.
	handshakeLimit = 8 << 10
	// scratchSize is the largest frame that is read into the connection's own
	// buffer. Larger ones get a buffer that grows as their bytes arrive.
	scratchSize = 64 << 10
)

// appendHeader appends the header of a frame of size bytes.
func appendHeader(dst []byte, flags byte, size int) []byte {
	if size > 255 {
		dst = append(dst, flags|flagLong)
		return binary.BigEndian.AppendUint64(dst, uint64(size))
	}
	return append(dst, flags&^flagLong, byte(size))
}

// appendCommand appends a command frame.
func appendCommand(dst []byte, name string, body []byte) []byte {
	dst = appendHeader(dst, flagCommand, 1+len(name)+len(body))
	dst = append(dst, byte(len(name)))
	dst = append(dst, name...)
	return append(dst, body...)
}

// splitCommand takes a command's body apart.
func splitCommand(b []byte) (name string, body []byte, err error) {
	if len(b) == 0 || int(b[0]) > len(b)-1 {
		return "", nil, errors.New("command without a name")
	}
	n := 1 + int(b[0])
	return string(b[1:n]), b[n:], nil
}

// greeting is the first 64 bytes of a server of the mechanism.
func greeting(mechanism string, server bool) []byte {
	g := make([]byte, greetingSize)
	g[0], g[9], g[10] = 0xff, 0x7f, 3
	copy(g[12:32], mechanism)
	if server {
		g[32] = 1
	}
	return g
}

var errNotZMTP = errors.New("peer does not speak ZMTP")

// readGreeting reads a peer's greeting and checks that it offers mechanism.
func readGreeting(r io.Reader, mechanism string) ([]byte, error) {
	g := make([]byte, greetingSize)
	if _, err := io.ReadFull(r, g); err != nil {
		return nil, fmt.Errorf("reading greeting: %w", err)
	}
	if g[0] != 0xff || g[9] != 0x7f {
		return nil, errNotZMTP
	}
	if g[10] < 3 {
		return nil, fmt.Errorf("peer speaks ZMTP %d, this kernel needs 3", g[10])
	}
	if g[32] > 1 {
		return nil, errors.New("greeting's as-server field is neither 0 nor 1")
	}
	name, _, _ := bytes.Cut(g[12:32], []byte{0})
	if string(name) != mechanism {
		return nil, fmt.Errorf("peer asks for security %.20q, this kernel for %q", name, mechanism)
	}
	return g, nil
}

// clientTypes are the socket types that may connect to ours
// (https://rfc.zeromq.org/spec/28/).
var clientTypes = map[zmq4.SocketType][]string{
	zmq4.Router: {"DEALER", "REQ", "ROUTER"},
	zmq4.XPub:   {"SUB", "XSUB"},
	zmq4.Rep:    {"REQ", "DEALER"},
}

// readMetadata reads the metadata of a peer that may connect to a socket of
// the kind, and writes down again what zmq4 needs of it. zmq4 v0.17.0 would
// index past the end of truncated metadata, panic over a socket type it does
// not know, and know none when the name is not in the usual case.
func readMetadata(md []byte, kind zmq4.SocketType) ([]byte, error) {
	socketType, identity := "", ""
	for len(md) > 0 {
		n := 1 + int(md[0])
		if n == 1 || len(md) < n+4 {
			return nil, errors.New("metadata is cut off in a name")
		}
		name := string(md[1:n])
		size := binary.BigEndian.Uint32(md[n:])
		md = md[n+4:]
		if uint64(size) > uint64(len(md)) {
			return nil, errors.New("metadata is cut off in a value")
		}
		switch {
		case strings.EqualFold(name, "Socket-Type"):
			socketType = string(md[:size])
		case strings.EqualFold(name, "Identity"):
			if size > 255 {
				return nil, fmt.Errorf("identity of %d bytes is longer than 255", size)
			}
			identity = string(md[:size])
		}
		md = md[size:]
	}
	if !slices.Contains(clientTypes[kind], socketType) {
		return nil, fmt.Errorf("peer is a %.20q socket, which is not compatible with %s", socketType, kind)
	}
	return appendProperty(appendProperty(nil, "Socket-Type", socketType), "Identity", identity), nil
}

// appendProperty appends a property of metadata.
func appendProperty(md []byte, name, value string) []byte {
	md = append(md, byte(len(name)))
	md = append(md, name...)
	md = binary.BigEndian.AppendUint32(md, uint32(len(value)))
	return append(md, value...)
}

// readFrame appends the next frame's header and body to buf and returns the
// flags and the body's place. Nothing is allocated for a size that is only
// claimed: the size is checked by admit, then the buffer grows with the bytes
// that really come.
func readFrame(r io.Reader, buf []byte, admit func(flags byte, size uint64) error) (all, body []byte, flags byte, err error) {
	start := len(buf)
	buf = append(buf, 0, 0)
	if _, err := io.ReadFull(r, buf[start:]); err != nil {
		return buf, nil, 0, err
	}
	flags = buf[start]
	size := uint64(buf[start+1])
	if flags&flagLong != 0 {
		buf = append(buf, 0, 0, 0, 0, 0, 0, 0)
		if _, err := io.ReadFull(r, buf[start+2:]); err != nil {
			return buf, nil, 0, err
		}
		size = binary.BigEndian.Uint64(buf[start+1:])
	}
	if flags&^(flagMore|flagLong|flagCommand) != 0 {
		return buf, nil, 0, fmt.Errorf("frame has unknown flags %#x", flags)
	}
	if flags&flagCommand != 0 && flags&flagMore != 0 {
		return buf, nil, 0, errors.New("command is marked as part of a message")
	}
	if err := admit(flags, size); err != nil {
		return buf, nil, 0, err
	}
	head := len(buf)
	for left := size; left > 0; {
		chunk := min(left, max(scratchSize, uint64(len(buf))))
		at := len(buf)
		buf = append(buf, make([]byte, chunk)...)
		if _, err := io.ReadFull(r, buf[at:]); err != nil {
			return buf, nil, 0, err
		}
		left -= chunk
	}
	return buf, buf[head:], flags, nil
}
