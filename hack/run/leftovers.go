// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// ourPrograms are the programs that a run starts.
var ourPrograms = map[string]bool{
	controlplane.Etcd: true, controlplane.APIServer: true, controlplane.ControllerManager: true, "manager": true,
	"rolewright": true,
}

// endLeftovers ends the processes that an earlier run could not end because it
// was killed: our programs that were started with a path inside our folder. The
// caller holds the lock of the folder, so they belong to no running session.
func endLeftovers(dir string) error {
	left, err := leftovers(dir)
	if err != nil {
		return err
	}
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		for _, pid := range left {
			// The process may have ended since it was listed.
			_ = syscall.Kill(pid, signal)
		}
		for range 50 {
			if left, err = leftovers(dir); err != nil || len(left) == 0 {
				return err
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	return fmt.Errorf("processes %v of an earlier run cannot be ended: end them by hand", left)
}

func leftovers(dir string) ([]int, error) {
	running, err := processes()
	if err != nil {
		return nil, fmt.Errorf("looking for processes of an earlier run: %w", err)
	}
	var found []int
	for pid, args := range running {
		if len(args) > 0 && ourPrograms[filepath.Base(args[0])] && strings.Contains(strings.Join(args, "\n"), dir+string(filepath.Separator)) {
			found = append(found, pid)
		}
	}
	return found, nil
}

// processes returns the command line of every process by its id: from /proc,
// which every Linux has, or else from ps, which small distributions lack.
func processes() (map[int][]string, error) {
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(files) == 0 {
		return processesFromPS()
	}
	running := map[int][]string{}
	for _, file := range files {
		line, err := os.ReadFile(file)
		pid, notNumber := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && notNumber == nil {
			running[pid] = strings.Split(string(line), "\x00")
		}
	}
	return running, nil
}

func processesFromPS() (map[int][]string, error) {
	out, err := exec.Command("ps", "-A", "-o", "pid=,args=").Output()
	if err != nil {
		return nil, err
	}
	running := map[int][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		if pid, err := strconv.Atoi(fields[0]); err == nil {
			running[pid] = fields[1:]
		}
	}
	return running, nil
}
