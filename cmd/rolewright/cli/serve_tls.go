// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/tls"
	"fmt"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

// certificates are read from the files of the flags, and again whenever these change. It returns nil for plain HTTP.
func (s *serving) certificates(ctx context.Context, log logr.Logger) (*tls.Config, error) {
	if s.certificate == "" {
		return nil, nil
	}
	ctrllog.SetLogger(log)
	watcher, err := certwatcher.New(s.certificate, s.privateKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert-file and --tls-private-key-file: %w", err)
	}
	go func() {
		if err := watcher.Start(ctx); err != nil && ctx.Err() == nil {
			log.Error(err, "Changes of the certificate are not noticed")
		}
	}()
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: watcher.GetCertificate}, nil
}
