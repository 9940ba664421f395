// The control plane of Istio, as its own module brings it.
//
// It ends when its standard input does: whoever started it holds that open, and nothing outlives them.
package main

import (
	"io"
	"os"

	"istio.io/istio/pilot/cmd/pilot-discovery/app"
)

func main() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	if app.NewRootCommand().Execute() != nil {
		os.Exit(1)
	}
}
