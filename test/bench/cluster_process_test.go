// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// limitedBytes is the limit of the container of config/manager. The manager takes nine tenths of it for Go's.
const limitedBytes = 1 << 30

// limitOf is the limit for so many users, as docs/operations.md has it for more than the shipped one is for.
func limitOf(users int) int { return max(limitedBytes, 256<<20+users*12<<10) }

// patience is how long to wait for what should take seconds.
const patience = 10 * time.Minute

// limitedUsers is how many users the limit is to fit, with room.
const limitedUsers = 20_000

// BenchmarkClusterMemory runs the built manager, with what the shipped limit leaves it, against an organization of which nothing is
// published and no status is written, until everything is. It reports the most memory that the process has had.
func BenchmarkClusterMemory(b *testing.B) {
	clusterSizes(b)
	r := &clusterRun{cluster: startCluster(b), table: &table{}, users: limitedUsers}
	r.seed(r.users)
	command, _ := r.startProcess()
	for r.countTrue() < r.users {
		time.Sleep(calm)
	}
	r.ReportMetric(float64(peakMemory(command.Process.Pid))/(1<<20), "MiB-peak")
	r.ReportMetric(float64(peakMemory(command.Process.Pid))/limitedBytes, "of-limit")
	r.ReportMetric(0, "ns/op")
	r.stopProcess(command)
}

// process starts the manager as a process of its own on an organization that is published, and measures how long it takes until it is
// ready, and the most memory that it has had by then and shortly after. The floor is an informer cache that has read the same assignments.
func (r *clusterRun) process() {
	r.Helper()
	began := time.Now()
	r.startCache()()
	read := time.Since(began)
	command, ready := r.startProcess()
	r.set("ready after a restart, seconds", "15", "%.1f", ready.Seconds())
	r.set("the same, of an informer cache that has read the assignments", "", "%.2f", ready.Seconds()/read.Seconds())
	time.Sleep(calm)
	r.set("most memory of the process until then, MiB", "", "%d", peakMemory(command.Process.Pid)>>20)
	r.stopProcess(command)
}

// startProcess builds the manager, and starts it as a process of its own. It returns how long that took to be ready.
func (r *clusterRun) startProcess() (command *exec.Cmd, ready time.Duration) {
	r.Helper()
	program := filepath.Join(r.TempDir(), "manager")
	root, err := controlplane.Root()
	r.check(err)
	build := exec.CommandContext(r.Context(), "go", "build", "-o", program, "./cmd/manager")
	build.Dir = root
	r.check(build.Run())
	kubeconfig := filepath.Join(r.TempDir(), "kubeconfig")
	r.check(r.plane.Admin.WriteKubeconfig(kubeconfig))
	health := r.freeAddress()
	command = exec.CommandContext(r.Context(), program, "--kubeconfig="+kubeconfig, "--leader-elect=false",
		"--metrics-bind-address=0", "--health-probe-bind-address="+health)
	command.Env = append(os.Environ(), fmt.Sprintf("GOMEMLIMIT=%d", limitOf(r.users)*9/10))
	began := time.Now()
	r.check(command.Start())
	for !r.isReady(health) {
		time.Sleep(pause / 50)
		if time.Since(began) > patience {
			_ = command.Process.Kill()
			r.Fatalf("the manager is not ready within %s", patience)
		}
	}
	return command, time.Since(began)
}

func (r *clusterRun) stopProcess(command *exec.Cmd) {
	r.Helper()
	r.check(command.Process.Signal(syscall.SIGTERM))
	r.check(command.Wait())
}

// peakMemory returns the most memory that a process has had, in bytes.
func peakMemory(pid int) int {
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		panic(err)
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if text, is := strings.CutPrefix(lines.Text(), "VmHWM:"); is {
			kilobytes, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(text, "kB")))
			if err != nil {
				panic(err)
			}
			return kilobytes << 10
		}
	}
	return 0
}

// freeAddress returns an address at which nothing listens.
func (r *clusterRun) freeAddress() string {
	r.Helper()
	listener, err := (&net.ListenConfig{}).Listen(r.Context(), "tcp", "127.0.0.1:0")
	r.check(err)
	defer func() { r.check(listener.Close()) }()
	return listener.Addr().String()
}

func (r *clusterRun) isReady(address string) bool {
	r.Helper()
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, "http://"+address+"/readyz", http.NoBody)
	r.check(err)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	r.check(response.Body.Close())
	return response.StatusCode == http.StatusOK
}
