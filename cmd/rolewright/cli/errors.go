// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"io"
)

// Exit codes, as every help text lists them.
const (
	// exitYes means that the answer is yes, that something was found, or that nothing is wrong.
	exitYes = 0
	// exitNo means that the answer is no, that nothing was found, or that something is wrong with what was checked.
	exitNo = 1
	// exitError means that there is no answer.
	exitError = 2
	// exitNothing means that there was nothing to check.
	exitNothing = 3
)

// errNothing ends a command with exitNothing. The command has already said so.
var errNothing = errors.New("nothing to check")

// errNo ends a command with exitNo. The command has already printed its answer.
var errNo = errors.New("no")

// exitStatus returns the error with which a command ends after it has printed its answer.
func exitStatus(yes bool) error {
	if yes {
		return nil
	}
	return errNo
}

// refuse prints why something cannot be done, and returns the error that ends the command with exitNo.
func refuse(errOut io.Writer, format string, args ...any) error {
	_, _ = fmt.Fprintf(errOut, format+"\n", args...)
	return errNo
}

// usageError is a mistake in how the command was called.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }

func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }
