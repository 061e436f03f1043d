// SPDX-License-Identifier: Apache-2.0

package openapitest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// Validator holds exchanges against a document.
type Validator struct {
	// open is the document as it is, by which requests are judged; closed knows no members but those that are described, so that an answer
	// with another one is found.
	open, closed routers.Router
	// Document is the document as the library reads it.
	Document *openapi3.T
}

// registerDecoders lets the library read the media types of answers that it does not know.
var registerDecoders = sync.OnceFunc(func() {
	for _, mediaType := range []string{"application/schema+json", "application/jwk-set+json"} {
		openapi3filter.RegisterBodyDecoder(mediaType, openapi3filter.JSONBodyDecoder)
	}
})

// New returns a validator by a document, or why that is not valid OpenAPI 3.1.
func New(document []byte) (*Validator, error) {
	registerDecoders()
	var v Validator
	var read map[string]any
	if err := json.Unmarshal(document, &read); err != nil {
		return nil, err
	}
	shut(read)
	text, err := json.Marshal(read)
	if err != nil {
		return nil, err
	}
	if v.Document, v.open, err = load(document); err == nil {
		_, v.closed, err = load(text)
	}
	return &v, err
}

func load(text []byte) (*openapi3.T, routers.Router, error) {
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, nil, fmt.Errorf("the document cannot be read: %w", err)
	}
	if !document.IsOpenAPI31OrLater() {
		return nil, nil, fmt.Errorf("the document is OpenAPI %s, not 3.1", document.OpenAPI)
	}
	if err := document.Validate(context.Background()); err != nil {
		return nil, nil, fmt.Errorf("the document is not valid: %w", err)
	}
	// Requests are told by their paths alone: which host a test listens on is not the document's to know.
	document.Servers = nil
	for _, item := range document.Paths.Map() {
		item.Servers = nil
	}
	router, err := legacy.NewRouter(document)
	return document, router, err
}

// shut lets every schema of an object that says nothing of other members have none.
func shut(value any) {
	switch value := value.(type) {
	case map[string]any:
		_, has := value["properties"].(map[string]any)
		if _, says := value["additionalProperties"]; has && !says && isObject(value["type"]) {
			value["additionalProperties"] = false
		}
		for _, part := range value {
			shut(part)
		}
	case []any:
		for _, element := range value {
			shut(element)
		}
	}
}

func isObject(kind any) bool {
	kinds, _ := kind.([]any)
	return kind == "object" || slices.Contains(kinds, any("object"))
}

// Request returns how a request differs from what is described; nil if it does not.
func (v *Validator) Request(r *http.Request, body []byte) error {
	input, err := find(v.open, r, body)
	if err != nil {
		return err
	}
	return openapi3filter.ValidateRequest(context.Background(), input)
}

// Answer returns how the answer to a request differs from what is described; nil if it does not. What is not described must be answered
// with 404 or, by another method, 405.
func (v *Validator) Answer(r *http.Request, status int, header http.Header, body []byte) error {
	input, err := find(v.closed, r, nil)
	if err != nil {
		if status == http.StatusNotFound || status == http.StatusMethodNotAllowed {
			return nil
		}
		return fmt.Errorf("%s %s is answered with %d: %w", r.Method, r.URL.Path, status, err)
	}
	if header.Get("Content-Encoding") == "gzip" {
		if body, err = unzip(body); err != nil {
			return err
		}
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		return fmt.Errorf("%s %s is answered with %d %s: %w", r.Method, r.URL.Path, status, body, err)
	}
	return nil
}

func unzip(body []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// find returns what is described of a request. HEAD is described as GET.
func find(router routers.Router, r *http.Request, body []byte) (*openapi3filter.RequestValidationInput, error) {
	r = r.Clone(context.Background())
	head := r.Method == http.MethodHead
	if head {
		r.Method = http.MethodGet
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	route, parameters, err := router.FindRoute(r)
	if err != nil {
		if _, is := errors.AsType[*routers.RouteError](err); is {
			return nil, fmt.Errorf("no such operation is described: %w", err)
		}
		return nil, err
	}
	if head {
		r.Method = http.MethodHead
	}
	return &openapi3filter.RequestValidationInput{
		Request: r, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}, nil
}
