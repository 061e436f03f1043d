// SPDX-License-Identifier: Apache-2.0

package apisource_test

import (
	"context"
	"fmt"

	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Who may create an organization is asked before there is one: of the platform document of a catalog, which is read like the document
// of an organization.
func Example_platform() {
	config, err := rest.InClusterConfig()
	if err != nil {
		fmt.Println(err)
		return
	}
	namespace, platform := document.DefaultPlatformNamespace, document.PlatformOrganization("homehealth")
	source := permissions.NewSource(permissions.WithOrganization(namespace, platform))
	feeder, err := apisource.ForConfig(config, namespace, platform, source)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() { _ = feeder.Run(ctx) }()
	index, err := source.AtLeast(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(index.Check(&permissions.Request{
		Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: "sal@platform.example"},
		Action:  permissions.Action{Name: "CREATE_AGENCY"},
	}))
}
