// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// organizations is the full name of the resource: other groups may use the short one.
const organizations = "organizations.rolewright.dev"

// conditionsTemplate makes "kubectl get" print one condition per line.
const conditionsTemplate = `go-template={{range .items}}{{$o := .metadata}}{{range .status.conditions}}` +
	`{{$o.namespace}}/{{$o.name}} {{.type}}={{.status}} {{.reason}}: {{.message}}{{"\n"}}{{end}}{{end}}`

// kubectl runs the kubectl that was built, only against our control plane.
type kubectl struct {
	path       string
	kubeconfig string
}

// run returns the output of kubectl; an error contains its standard error.
func (k kubectl) run(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, k.path, append([]string{"--kubeconfig=" + k.kubeconfig}, args...)...)
	out, err := command.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("kubectl %s: %s", args[0], strings.TrimSpace(string(failed.Stderr)))
	}
	return string(out), err
}

// apply applies manifests as a pipeline would: server-side, with a field manager.
func (k kubectl) apply(ctx context.Context, args ...string) error {
	_, err := k.run(ctx, append([]string{"apply", "--server-side", "--field-manager=make-run"}, args...)...)
	return err
}
