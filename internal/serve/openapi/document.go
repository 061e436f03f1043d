// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/rolewright/rolewright/internal/authzen"
)

//go:embed openapi.yaml
var source []byte

// Options are what the document says of one service.
type Options struct {
	// BaseURL is the address at which clients reach the service; empty for where they have the document from.
	BaseURL string
	// Version is of the service.
	Version string
	// Routes are where the service answers.
	Routes []authzen.Route
	// Tokens is set if callers authenticate by tokens, and Certificates if they may do so by certificates. If neither is set, all may ask.
	Tokens, Certificates bool
}

type object = map[string]any

// Names of security schemes.
const (
	bearerToken       = "bearerToken"
	clientCertificate = "clientCertificate"
)

// Document returns the document of a service. It has the operations of Routes that are described, which all are.
func Document(options Options) []byte {
	document := read()
	described := document["paths"].(object)
	paths, operations := object{}, map[string]bool{}
	for _, route := range options.Routes {
		if item := itemOf(described, &route); item != nil {
			paths[locate(route.Path, options.BaseURL, item)] = item
			for _, tag := range tagsOf(item) {
				operations[tag] = true
			}
		}
	}
	document["paths"] = paths
	document["tags"] = slices.DeleteFunc(document["tags"].([]any), func(tag any) bool { return !operations[tag.(object)["name"].(string)] })
	document["info"].(object)["version"] = options.Version
	if options.BaseURL != "" {
		document["servers"] = []any{object{"url": options.BaseURL}}
	}
	secure(document, map[string]bool{bearerToken: options.Tokens, clientCertificate: options.Certificates})
	bundle(document)
	prune(document)
	text, err := json.Marshal(document)
	if err != nil {
		panic(err) // it was just decoded
	}
	return text
}

// read returns the source, in which no two places share a value.
func read() object {
	var document object
	if err := yaml.Unmarshal(source, &document); err != nil {
		panic(fmt.Sprintf("openapi.yaml: %v", err)) // a test reads it
	}
	return document
}

// itemOf returns what is described for a route; nil if nothing is. What is described for an organization is so for the root.
func itemOf(described object, route *authzen.Route) object {
	if item, is := described[route.Path].(object); is {
		return withMethods(item, route.Methods)
	}
	for _, path := range []string{authzen.BelowOrganization + route.Path, route.Path + authzen.BelowOrganization} {
		if item, is := described[path].(object); is {
			return atRoot(withMethods(item, route.Methods))
		}
	}
	return nil
}

// locate returns the path of an item in the document. Metadata are at a well-known path of the host, before the path of the base URL.
func locate(path, baseURL string, item object) string {
	base, err := url.Parse(baseURL)
	about, is := strings.CutPrefix(path, "/"+string(authzen.Metadata))
	if err != nil || base.Path == "" || !is {
		return path
	}
	item["servers"] = []any{object{"url": strings.TrimSuffix(baseURL, base.Path)}}
	return "/" + string(authzen.Metadata) + base.Path + about
}

// withMethods returns what is described of a path for some methods.
func withMethods(item object, methods []string) object {
	kept := object{}
	for name, value := range item {
		if operation, is := value.(object); !is || operation["operationId"] == nil || slices.Contains(methods, strings.ToUpper(name)) {
			kept[name] = value
		}
	}
	return kept
}

// atRoot returns an item of an organization for the root: without the parameters that name the organization, and with other identifiers of
// operations, which stand once in a document.
func atRoot(item object) object {
	parameters, _ := item["parameters"].([]any)
	item["parameters"] = slices.DeleteFunc(slices.Clone(parameters), func(parameter any) bool {
		reference, _ := parameter.(object)["$ref"].(string)
		return strings.HasSuffix(reference, "/Namespace") || strings.HasSuffix(reference, "/Organization")
	})
	for name, value := range item {
		if operation, is := value.(object); is {
			operation = maps.Clone(operation)
			operation["operationId"] = operation["operationId"].(string) + "AtRoot"
			item[name] = operation
		}
	}
	return item
}

func tagsOf(item object) []string {
	var tags []string
	for _, value := range item {
		if operation, is := value.(object); is {
			for _, tag := range operation["tags"].([]any) {
				tags = append(tags, tag.(string))
			}
		}
	}
	return tags
}

// secure leaves the security schemes that the service has.
func secure(document object, has map[string]bool) {
	schemes := document["components"].(object)["securitySchemes"].(object)
	maps.DeleteFunc(schemes, func(name string, _ any) bool { return !has[name] })
	document["security"] = slices.DeleteFunc(document["security"].([]any), func(requirement any) bool {
		for name := range requirement.(object) {
			if !has[name] {
				return true
			}
		}
		return false
	})
}
