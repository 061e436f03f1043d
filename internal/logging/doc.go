// SPDX-License-Identifier: Apache-2.0

// Package logging makes the loggers of the commands, so that all of them write the same keys.
//
// In comes a writer and a level; out goes a logr.Logger that zap writes for. The package must not depend on what is logged.
package logging
