// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/rolewright/rolewright/internal/controlplane"
)

const (
	// consoleAddress is where the console is, unless something else is there.
	consoleAddress = "127.0.0.1:8421"
	// consoleStopTimeout is how long the console may take to stop by itself.
	consoleStopTimeout = 20 * time.Second
	// consoleAt is what the console prints before its address.
	consoleAt = "The console is at "
)

// console is the running console.
type console struct {
	command *exec.Cmd
	log     *os.File
	address string
	done    chan struct{}
}

// startConsole starts the console with the rights of the kubeconfig that is printed, and waits until it says where it is. The session goes
// on without it if need be, and says so.
func (s *session) startConsole(ctx context.Context) error {
	listen := consoleAddress
	if isTaken(ctx, listen) {
		s.printf("    %s is taken, so the console gets another port", listen)
		listen = "127.0.0.1:0"
	}
	var err error
	s.console, err = startConsole(ctx, s.stateDir.fromRoot(s.options.rolewright), s.stateDir.consoleLog(),
		"console", "--all-namespaces", "--listen="+listen, "--kubeconfig="+s.stateDir.kubeconfig())
	if err != nil {
		s.printf("    there is no console: %v", err)
	}
	return ctx.Err()
}

// isTaken reports whether something listens on an address.
func isTaken(ctx context.Context, address string) bool {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return true
	}
	return listener.Close() != nil
}

func startConsole(ctx context.Context, path, logPath string, arguments ...string) (*console, error) {
	log, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	c := &console{log: log, done: make(chan struct{}), command: exec.Command(path, arguments...)}
	c.command.Stderr = log
	said, err := c.command.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	// As the manager, it ends when this program says so.
	c.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the console: %w", err), log.Close())
	}
	address := make(chan string, 1)
	go func() {
		defer close(c.done)
		address <- c.readAddress(said)
		_ = c.command.Wait() // why it has ended is in its log
	}()
	select {
	case c.address = <-address:
	case <-ctx.Done():
	}
	if c.address == "" {
		return nil, errors.Join(fmt.Errorf("the console did not start; the end of %s:\n%s", logPath, controlplane.LogTail(logPath)), c.stop())
	}
	return c, nil
}

// readAddress reads what the console prints, and returns the address among it once it is there.
func (c *console) readAddress(said io.Reader) string {
	line, _ := bufio.NewReader(said).ReadString('\n')
	address, found := strings.CutPrefix(strings.TrimSpace(line), consoleAt)
	if !found {
		return ""
	}
	return address
}

// stop asks the console to stop, and kills it if it does not.
func (c *console) stop() error {
	defer func() { _ = c.log.Close() }()
	return controlplane.StopProcess("the console", c.command.Process, c.done, consoleStopTimeout)
}
