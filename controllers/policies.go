// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/policies"
)

// Policies say how often to probe the policies on which approvals rest.
type Policies = policies.Options

// addRunnables adds to a manager what runs beside the controllers: what keeps another installation from working, and what probes the
// policies while the manager leads. Without the options for it, neither is there, and a nil prober knows nothing.
func (o *Options) addRunnables(manager ctrl.Manager, namespaces *lookup.Namespaces) (*policies.Prober, error) {
	if o.Installation != nil {
		if err := manager.Add(o.Installation); err != nil {
			return nil, err
		}
	}
	if o.Policies == nil {
		return nil, nil
	}
	// The client of the manager waits until what it wrote arrives in the cache, and dry runs never do.
	direct, err := client.New(manager.GetConfig(), client.Options{
		HTTPClient: manager.GetHTTPClient(), Scheme: manager.GetScheme(), Mapper: manager.GetRESTMapper(),
	})
	if err != nil {
		return nil, err
	}
	prober := policies.New(*o.Policies, direct, manager.GetCache(), manager.GetLogger().WithName("policies"))
	prober.IsTerminating = namespaces.IsTerminating
	if prober.User, err = userOf(manager.GetConfig()); err != nil {
		return nil, fmt.Errorf("reading the credentials of the manager: %w", err)
	}
	return prober, manager.Add(prober)
}
