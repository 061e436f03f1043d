// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// TestBuiltBehind: a build that fails ends the session and says why; one that the interrupt has ended does not fail it.
func TestBuiltBehind(t *testing.T) {
	ended := make(chan struct{})
	close(ended)
	s := &session{
		stateDir: &stateDir{dir: t.TempDir()}, manager: &manager{done: make(chan struct{})},
		behind: &behind{done: ended, err: errors.New("signal: terminated")},
	}
	if err := s.waitForInterrupt(t.Context()); err == nil || !strings.Contains(err.Error(), "building kubectl and kube-controller-manager: signal: terminated") {
		t.Errorf("a build that failed: got %v", err)
	}
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.waitForInterrupt(interrupted); err != nil {
		t.Errorf("an interrupt: got %v", err)
	}
}
