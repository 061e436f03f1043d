// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"
)

// wire carries connections to the API server, as a network that may be slow, or break.
type wire struct {
	listener net.Listener
	target   string

	mutex sync.Mutex
	delay time.Duration
	open  map[net.Conn]struct{}
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener, target: target, open: map[net.Conn]struct{}{}}
	go w.run()
	t.Cleanup(func() {
		_ = listener.Close()
		w.cut()
	})
	return w
}

func (w *wire) run() {
	for {
		from, err := w.listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", w.target)
		if err != nil {
			_ = from.Close()
			continue
		}
		w.mutex.Lock()
		w.open[from], w.open[to] = struct{}{}, struct{}{}
		w.mutex.Unlock()
		go w.carry(from, to)
		go w.carry(to, from)
	}
}

// carry copies what one end sends to the other, as late as is set.
func (w *wire) carry(from, to net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			break
		}
		w.mutex.Lock()
		delay := w.delay
		w.mutex.Unlock()
		time.Sleep(delay)
		if _, err := to.Write(buffer[:n]); err != nil {
			break
		}
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, end := range []net.Conn{from, to} {
		_ = end.Close()
		delete(w.open, end)
	}
}

// slow has everything arrive so much later.
func (w *wire) slow(by time.Duration) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.delay = by
}

// cut ends all connections.
func (w *wire) cut() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for end := range w.open {
		_ = end.Close()
	}
}

// kubeconfig writes one that leads over the wire, and returns its path.
func (w *wire) kubeconfig(t *testing.T, of []byte) string {
	t.Helper()
	config, err := clientcmd.Load(of)
	if err != nil {
		t.Fatal(err)
	}
	for _, cluster := range config.Clusters {
		cluster.Server = "https://" + w.listener.Addr().String()
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// freePort returns a port that nobody listens on now.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	number, _ := strconv.Atoi(port)
	return number
}
