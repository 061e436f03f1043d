// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/rolewright/rolewright/internal/telemetry"
)

// flushTimeout bounds how long the last metrics may take at the end.
const flushTimeout = 5 * time.Second

// exportMetrics exports the manager's metrics, if the environment asks for it, and returns what sends the last of them.
func exportMetrics(ctx context.Context) (flush func(), err error) {
	exported, err := telemetry.Start(ctx, telemetry.Options{Service: "rolewright-manager", Metrics: metrics.Registry, Log: ctrl.Log})
	if err != nil || exported == nil {
		return func() {}, err
	}
	metrics.Registry.MustRegister(exported)
	return func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
		defer cancel()
		if err := exported.Shutdown(ending); err != nil {
			ctrl.Log.Info("The last metrics could not be exported", "reason", err.Error())
		}
	}, nil
}
