// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// outdated returns the programs that have to be built.
func outdated(ctx context.Context, all []program) ([]program, error) {
	var missing []program
	for i := range all {
		current, err := all[i].isCurrent(ctx)
		if err != nil {
			return nil, err
		}
		if !current {
			missing = append(missing, all[i])
		}
	}
	return missing, nil
}

// isCurrent reports whether a program need not be built: of this repository, go knows; of another module, its stamp says so.
func (p *program) isCurrent(ctx context.Context) (bool, error) {
	switch _, err := os.Stat(p.output); {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	}
	if p.ours {
		steps, err := p.plan(ctx, func(int) {})
		return steps.compile+steps.link == 0, err
	}
	stamp, err := p.stamp()
	built, readErr := os.ReadFile(p.stampFile())
	return readErr == nil && string(built) == stamp, err
}

func (p *program) stampFile() string { return p.output + ".stamp" }

// stamp returns what the program is built from.
func (p *program) stamp() (string, error) {
	flags, err := p.flags()
	if err != nil {
		return "", err
	}
	all := sha256.New()
	_, _ = fmt.Fprintln(all, runtime.Version(), runtime.GOOS, runtime.GOARCH, p.path, flags)
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(p.module, name))
		if err != nil {
			return "", err
		}
		_, _ = all.Write(text)
	}
	return hex.EncodeToString(all.Sum(nil)), nil
}

// build builds the program, and reports meanwhile how many modules are downloaded, and how many packages are compiled of how many.
func (p *program) build(ctx context.Context, report func(downloaded, compiled, packages int)) error {
	steps, err := p.plan(ctx, func(downloaded int) { report(downloaded, 0, 0) })
	if err != nil {
		return err
	}
	target := p.output
	if !p.ours {
		target += fmt.Sprintf(".%d", os.Getpid())
		defer func() { _ = os.Remove(target) }()
	}
	compiled, packages := 0, steps.compile
	if packages == 0 {
		compiled, packages = 1, 1 // it is linked alone
	}
	err = p.goBuild(ctx, target, "-v", func(line string) {
		if line != "" && !strings.HasPrefix(line, "go: ") {
			compiled++
		}
	}, func() { report(0, compiled, packages) })
	if err != nil || p.ours {
		return err
	}
	stamp, err := p.stamp()
	if err != nil {
		return err
	}
	if err := os.Rename(target, p.output); err != nil {
		return err
	}
	return os.WriteFile(p.stampFile(), []byte(stamp), 0o600)
}

// steps are what go build would do.
type steps struct{ compile, link int }

// plan returns what go build would do, after it has downloaded the modules that it needs.
func (p *program) plan(ctx context.Context, report func(downloaded int)) (steps, error) {
	var planned steps
	downloaded := 0
	err := p.goBuild(ctx, p.output, "-n", func(line string) {
		switch {
		case strings.HasPrefix(line, "go: downloading "):
			downloaded++
		case strings.Contains(line, "/compile -o "):
			planned.compile++
		case strings.Contains(line, "/link -o "):
			planned.link++
		}
	}, func() { report(downloaded) })
	return planned, err
}

// goBuild runs go build, calls read for each line that it prints and tick several times a second. Both are called one after the other.
func (p *program) goBuild(ctx context.Context, output, mode string, read func(line string), tick func()) error {
	flags, err := p.flags()
	if err != nil {
		return err
	}
	if output, err = filepath.Abs(output); err != nil {
		return err
	}
	command := exec.CommandContext(ctx, "go", "build", mode, "-trimpath", "-ldflags", flags, "-o", output, p.path)
	command.Dir, command.Env = p.module, append(os.Environ(), "CGO_ENABLED=0")
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	printed, err := command.StderrPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	last := follow(printed, read, tick)
	if err := command.Wait(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", p.path, err, strings.Join(last, "\n"))
	}
	return nil
}

// lastLines is how many lines are kept for the message of a build that fails.
const lastLines = 30

// follow reads what a command prints to its end, and returns the last lines.
func follow(printed io.Reader, read func(line string), tick func()) (last []string) {
	lines := make(chan string)
	go func() {
		defer close(lines)
		buffered := bufio.NewReader(printed)
		for {
			line, err := buffered.ReadString('\n')
			if line != "" {
				lines <- strings.TrimSuffix(line, "\n")
			}
			if err != nil {
				return
			}
		}
	}()
	ticker := time.NewTicker(onTerminal / 2)
	defer ticker.Stop()
	for {
		select {
		case line, open := <-lines:
			if !open {
				return last
			}
			read(line)
			last = append(last[max(0, len(last)-lastLines+1):], line)
		case <-ticker.C:
			tick()
		}
	}
}
