// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

// tlsConfig returns a configuration that re-reads the certificate whenever its files change, or nil for plain HTTP if no file is named.
func tlsConfig(ctx context.Context, certificate, privateKey string, log logr.Logger) (*tls.Config, error) {
	if certificate == "" {
		return nil, nil
	}
	ctrllog.SetLogger(log)
	watcher, err := certwatcher.New(certificate, privateKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert-file and --tls-private-key-file: %w", err)
	}
	go func() {
		if err := watcher.Start(ctx); err != nil && ctx.Err() == nil {
			log.Error(err, "The certificate is not re-read when it changes")
		}
	}()
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: watcher.GetCertificate}, nil
}

// acceptClients lets clients show a certificate of the authorities in a file, if one is named.
func acceptClients(config *tls.Config, file string) error {
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("--client-ca-file: %w", err)
	}
	config.ClientAuth, config.ClientCAs = tls.VerifyClientCertIfGiven, x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(text) {
		return fmt.Errorf("--client-ca-file: %s holds no certificate in PEM", file)
	}
	return nil
}
