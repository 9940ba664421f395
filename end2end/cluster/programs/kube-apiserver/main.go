// The API server of Kubernetes, as its own module brings it.
//
// It ends when its standard input does: whoever started it holds that open, and nothing outlives them.
package main

import (
	"io"
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	os.Exit(cli.Run(app.NewAPIServerCommand()))
}
