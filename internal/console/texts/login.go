// SPDX-License-Identifier: Apache-2.0

package texts

import (
	"errors"
	"fmt"
	"time"
)

// What the page to log in says, as titles and sentences.
const (
	SessionEnded       = "Your session has ended"
	SessionEndedNotice = "Log in again. What you have just sent has not been done."
	LoggingInAgain     = "You are being led to where you log in, and back to this page."
	CannotLogIn        = "You cannot log in now"
	NotLoggedIn        = "You are not logged in"
	LoggedOut          = "You are logged out"
	SessionUnknown     = "It cannot be known whether you are still logged in"
	LoggedOutHere      = "You are logged out of a part of the console"
	StillAtProvider    = "You may still be logged in at the OpenID provider."
)

// RevocationsNotRead is the error of a console that cannot know which sessions people have ended.
func RevocationsNotRead(configMap string, err error) error {
	return fmt.Errorf("no page is shown until ConfigMap %s can be read, which lists the sessions that people have ended: %w", configMap, err)
}

// RevocationNotWritten is the error of a session of which only this replica knows that it was ended.
func RevocationNotWritten(configMap string, expires time.Time, err error) error {
	return fmt.Errorf("this replica of the console lets nobody in by your session any more, but could not write that to ConfigMap %s, and "+
		"goes on trying: until it can, or until %s UTC, a copy of your cookie would open other replicas: %w",
		configMap, expires.UTC().Format(time.DateTime), err)
}

// TooManyRevocations is the error of a list that is full.
func TooManyRevocations(most int) error {
	return fmt.Errorf("it has %d entries, and takes no more until one of these sessions would have ended by itself", most)
}

// ErrRevocationsLack says that something is still to be written.
var ErrRevocationsLack = errors.New("a session that was ended could not be written to the list")
