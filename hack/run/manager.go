// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// managerStopTimeout is how long the manager may take to end by itself.
const managerStopTimeout = 20 * time.Second

// manager is the running manager.
type manager struct {
	command *exec.Cmd
	log     *os.File
	// done is closed when the process has ended; failure is set by then.
	done    chan struct{}
	failure error
}

func startManager(path, kubeconfig, logPath string) (*manager, error) {
	log, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	m := &manager{log: log, done: make(chan struct{})}
	m.command = exec.Command(path,
		"--kubeconfig="+kubeconfig,
		"--leader-elect=false",
		"--metrics-bind-address=0",
		"--health-probe-bind-address=0",
	)
	m.command.Stdout, m.command.Stderr = log, log
	// A group of its own: Ctrl-C reaches this program, which then stops the
	// manager before the API server that it talks to.
	m.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := m.command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the manager: %w", err), log.Close())
	}
	go func() {
		m.failure = m.command.Wait()
		close(m.done)
	}()
	return m, nil
}

// whileRunning returns a context that ends with the manager, too.
func (m *manager) whileRunning(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		select {
		case <-m.done:
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// ended says that, and why, the manager is not running; nil while it is.
func (m *manager) ended() error {
	select {
	case <-m.done:
		return fmt.Errorf("the manager ended by itself (%w); the end of %s:\n%s", m.reason(), m.log.Name(), m.logTail())
	default:
		return nil
	}
}

func (m *manager) reason() error {
	if m.failure == nil {
		return errors.New("exit status 0")
	}
	return m.failure
}

func (m *manager) logTail() string {
	content, err := os.ReadFile(m.log.Name())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// stop asks the manager to end, and makes it end if it does not.
func (m *manager) stop() error {
	defer func() { _ = m.log.Close() }()
	// An error here means that it is gone already.
	_ = m.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-m.done:
		return nil
	case <-time.After(managerStopTimeout):
		_ = m.command.Process.Kill()
		<-m.done
		return fmt.Errorf("the manager did not stop within %s and was killed", managerStopTimeout)
	}
}
