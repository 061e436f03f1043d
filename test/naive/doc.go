// SPDX-License-Identifier: Apache-2.0

// Package naive decides a request straight from the objects that people wrote, slowly and in the order in which the
// rules are told, so that the engine has something to be compared with.
//
// What goes in is a model.World, a request and a time; what comes out is yes or no. Nothing is resolved, compiled or
// remembered: every question walks the lists again. The package shares with the engine the request, the model and the
// CEL environment, and must not use resolve or the index: the two must give the same answer in different ways.
// It is for tests alone.
package naive
