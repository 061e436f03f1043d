// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// managerStopTimeout is how long the manager may take to stop by itself.
const managerStopTimeout = 20 * time.Second

// manager is the running manager.
type manager struct {
	command *exec.Cmd
	log     *os.File
	// done is closed when the process has ended; by then err is set.
	done chan struct{}
	err  error
}

func startManager(path, logPath string, flags ...string) (*manager, error) {
	log, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	m := &manager{log: log, done: make(chan struct{})}
	m.command = exec.Command(path, append(flags, "--metrics-bind-address=0", "--health-probe-bind-address=0")...)
	m.command.Stdout, m.command.Stderr = log, log
	// The manager has its own process group: Ctrl-C only reaches this program,
	// which stops the manager before the API server.
	m.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := m.command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the manager: %w", err), log.Close())
	}
	go func() {
		m.err = m.command.Wait()
		close(m.done)
	}()
	return m, nil
}

// whileRunning returns a context that also ends when the manager does.
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

// exitError returns why the manager has ended, or nil while it is running.
func (m *manager) exitError() error {
	select {
	case <-m.done:
		return fmt.Errorf("the manager ended unexpectedly (%w); the end of %s:\n%s", m.reason(), m.log.Name(), controlplane.LogTail(m.log.Name()))
	default:
		return nil
	}
}

func (m *manager) reason() error {
	if m.err == nil {
		return errors.New("exit status 0")
	}
	return m.err
}

// stop asks the manager to stop, and kills it if it does not.
func (m *manager) stop() error {
	defer func() { _ = m.log.Close() }()
	return controlplane.StopProcess("the manager", m.command.Process, m.done, managerStopTimeout)
}
