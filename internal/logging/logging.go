// SPDX-License-Identifier: Apache-2.0

package logging

import (
	"io"

	"github.com/go-logr/logr"
	"github.com/go-logr/zapr"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	ctrlzap "sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// JSON returns a logger that writes lines of JSON: ts, level, msg, error, and the keys of the entry.
func JSON(to io.Writer, level zapcore.Level) logr.Logger {
	// The text of an error says what failed and where. Stacks would only show the loop that logged it.
	return ctrlzap.New(ctrlzap.UseDevMode(false), ctrlzap.Level(level), ctrlzap.WriteTo(to), ctrlzap.StacktraceLevel(zapcore.DPanicLevel))
}

// Text returns a logger that writes lines for people. It writes what JSON does at the level info.
func Text(to io.Writer) logr.Logger {
	return zapr.NewLogger(zap.New(&textCore{LevelEnabler: zapcore.InfoLevel, to: zapcore.Lock(zapcore.AddSync(to))}))
}
