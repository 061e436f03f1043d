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

// startControllerManager starts the process and waits until it is healthy. If it
// returns an error, the process is not running.
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
	manager.command.Stdout = logs.file(ControllerManager)
	manager.command.Stderr = logs.file(ControllerManager)
	// The process has its own process group: Ctrl-C only reaches the program that
	// started us, which then stops it.
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
		// With the default of 20 requests a second, garbage collection is slow.
		"--kube-api-qps=500",
		"--kube-api-burst=1000",
	}
}

// freePort returns a port that is not in use.
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
		// Its certificate is self-signed, and only its health is read.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
	}}
	defer client.CloseIdleConnections()
	url := fmt.Sprintf("https://127.0.0.1:%d/healthz", port)
	deadline := time.After(startTimeout)
	poll := time.NewTicker(100 * time.Millisecond)
	defer poll.Stop()
	for {
		if isHealthy(client, url) {
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

func isHealthy(client *http.Client, url string) bool {
	response, err := client.Get(url)
	if err != nil {
		return false
	}
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode == http.StatusOK
}

// stop asks the process to stop, and kills it if it does not.
func (m *controllerManager) stop() error {
	defer m.logs.close()
	return StopProcess(ControllerManager, m.command.Process, m.exited, stopTimeout)
}
