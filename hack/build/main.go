// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// offline says what can be tried as soon as the command is built.
//
//go:embed offline.txt
var offline string

func main() {
	hint := flag.Bool("hint", false, "say what can be tried as soon as the command is built, if the rest takes minutes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, flag.Args(), *hint, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, names []string, hint bool, out *os.File) error {
	wanted, err := programsNamed(names)
	if err != nil {
		return err
	}
	missing, err := outdated(ctx, wanted)
	if err != nil {
		return err
	}
	screen := &display{out: out, terminal: isTerminal(out)}
	for i := range missing {
		if err := buildNext(ctx, &missing[i], progress{number: i + 1, total: len(missing), name: missing[i].name}, screen); err != nil {
			return err
		}
		if hint && missing[i].name == "rolewright" && takesLong(missing[i+1:]) {
			_, _ = out.WriteString(offline)
		}
	}
	return nil
}

// takesLong reports whether one of the programs takes minutes.
func takesLong(programs []program) bool {
	return slices.ContainsFunc(programs, func(p program) bool { return p.name == "kube-apiserver" })
}

// buildNext builds one of several programs.
func buildNext(ctx context.Context, p *program, at progress, screen *display) error {
	began := time.Now()
	screen.begin()
	err := p.build(ctx, func(downloaded, compiled, packages int) {
		at.downloaded, at.compiled, at.packages, at.elapsed = downloaded, compiled, packages, time.Since(began)
		screen.show(at)
	})
	at.elapsed = time.Since(began)
	if ctx.Err() != nil {
		screen.finish("interrupted")
		return ctx.Err()
	}
	if err != nil {
		screen.finish(at.name + " did not build")
		return err
	}
	screen.finish(at.done())
	return nil
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
