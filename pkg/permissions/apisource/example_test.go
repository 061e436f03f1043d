// SPDX-License-Identifier: Apache-2.0

package apisource_test

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
)

// An application that cannot wait for the kubelet watches the published ConfigMap through the API.
func Example() {
	config, err := rest.InClusterConfig()
	if err != nil {
		fmt.Println(err)
		return
	}
	source := permissions.NewSource(
		permissions.WithOrganization("quickstart", "quickstart"),
		// The API server says about once a minute that nothing is newer.
		permissions.WithMaxStaleness(5*time.Minute),
	)
	feeder, err := apisource.ForConfig(config, "quickstart", "quickstart", source)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := feeder.Run(context.Background()); err != nil {
		fmt.Println(err)
	}
}
