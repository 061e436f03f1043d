// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// controllerManager is a running kube-controller-manager.
type controllerManager struct {
	command *exec.Cmd
	logs    *logs
	// exited is closed when the process has ended.
	exited chan struct{}
}

// startControllerManager returns once the process is healthy. After an error
// it is not running.
func startControllerManager(user *User, controllers []string, dir string) (*controllerManager, error) {
	path, err := Locate(ControllerManager)
	if err != nil {
		return nil, err
	}
	kubeconfig := filepath.Join(dir, ControllerManager+".kubeconfig")
	if err := user.WriteKubeconfig(kubeconfig); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	logs, err := openLogs(dir, ControllerManager)
	if err != nil {
		return nil, err
	}
	manager := &controllerManager{logs: logs, exited: make(chan struct{})}
	manager.command = exec.Command(path, controllerManagerArgs(kubeconfig, dir, port, controllers)...)
	manager.command.Stdout = logs.of(ControllerManager)
	manager.command.Stderr = logs.of(ControllerManager)
	// A group of its own: Ctrl-C reaches the process that started us, which then stops it.
	manager.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := manager.command.Start(); err != nil {
		logs.close()
		return nil, fmt.Errorf("starting %s: %w", ControllerManager, err)
	}
	go func() {
		_ = manager.command.Wait()
		close(manager.exited)
	}()
	if err := manager.awaitHealthy(port); err != nil {
		return nil, errors.Join(err, manager.stop())
	}
	return manager, nil
}

func controllerManagerArgs(kubeconfig, dir string, port int, controllers []string) []string {
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--controllers=" + strings.Join(controllers, ","),
		"--use-service-account-credentials=false",
		"--leader-elect=false",
		"--bind-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(port),
		"--cert-dir=" + filepath.Join(dir, ControllerManager),
		// The default of 20 a second makes garbage collection slow to watch.
		"--kube-api-qps=500",
		"--kube-api-burst=1000",
	}
}

// freePort asks the system for a port that nothing listens on now.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("finding a free port: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, listener.Close()
}

func (m *controllerManager) awaitHealthy(port int) error {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		// It signs its own certificate, and tells nothing but its health here.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
	}}
	defer client.CloseIdleConnections()
	url := fmt.Sprintf("https://127.0.0.1:%d/healthz", port)
	deadline := time.After(startTimeout)
	poll := time.NewTicker(100 * time.Millisecond)
	defer poll.Stop()
	for {
		if answers(client, url) {
			return nil
		}
		select {
		case <-m.exited:
			return fmt.Errorf("%s ended before it was healthy\n%s", ControllerManager, m.logs.tail())
		case <-deadline:
			return fmt.Errorf("%s was not healthy within %s\n%s", ControllerManager, startTimeout, m.logs.tail())
		case <-poll.C:
		}
	}
}

func answers(client *http.Client, url string) bool {
	response, err := client.Get(url)
	if err != nil {
		return false
	}
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode == http.StatusOK
}

// stop asks the process to end, and makes it end if it does not.
func (m *controllerManager) stop() error {
	defer m.logs.close()
	// An error here means that it is gone already.
	_ = m.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-m.exited:
		return nil
	case <-time.After(stopTimeout):
		_ = m.command.Process.Kill()
		<-m.exited
		return fmt.Errorf("%s did not stop within %s and was killed", ControllerManager, stopTimeout)
	}
}
