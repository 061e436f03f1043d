// SPDX-License-Identifier: Apache-2.0

package texts

// What the page to log in says, as titles and sentences.
const (
	SessionEnded       = "Your session has ended"
	SessionEndedNotice = "Log in again. What you have just sent has not been done."
	CannotLogIn        = "You cannot log in now"
	NotLoggedIn        = "You are not logged in"
	LoggedOut          = "You are logged out"
	StillAtProvider    = "You may still be logged in at the OpenID provider."
)
