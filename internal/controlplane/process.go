// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

// StopProcess asks a process to stop, and kills it if it has not exited in time. Its name is for the error message.
func StopProcess(name string, process *os.Process, exited <-chan struct{}, timeout time.Duration) error {
	// An error means that the process has already ended.
	_ = process.Signal(syscall.SIGTERM)
	select {
	case <-exited:
		return nil
	case <-time.After(timeout):
		_ = process.Kill()
		<-exited
		return fmt.Errorf("%s did not stop within %s and was killed", name, timeout)
	}
}
