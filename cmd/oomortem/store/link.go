package store

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// link is the way to an object store.
type link struct {
	core      *minio.Core
	endpoint  string // as it may be printed
	anonymous bool   // no credentials were found
	patience  time.Duration
	pause     time.Duration
	lost      *lost
}

// connected opens the link once.
func (a *Access) connected() (*link, error) {
	a.once.Do(func() { a.link, a.err = a.connect() })
	return a.link, a.err
}

// amazon is where s3://... leads without an endpoint.
const amazon = "https://s3.amazonaws.com"

func (a *Access) connect() (*link, error) {
	from, endpoint := "--s3-endpoint", a.Endpoint
	for _, name := range []string{"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"} {
		if endpoint == "" {
			from, endpoint = name, os.Getenv(name)
		}
	}
	at, err := address(cmp.Or(endpoint, amazon))
	if err != nil {
		return nil, fmt.Errorf("%s %w", from, err)
	}
	transport, err := minio.DefaultTransport(at.Scheme == "https")
	if err == nil {
		err = trust(transport, os.Getenv("AWS_CA_BUNDLE"))
	}
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", at, err)
	}
	l := &link{endpoint: at.String(), patience: cmp.Or(a.patience, time.Minute), pause: cmp.Or(a.pause, time.Second/10), lost: &a.lost}
	transport.ResponseHeaderTimeout = min(30*time.Second, l.patience)
	transport.MaxIdleConnsPerHost = 64
	l.core, err = minio.NewCore(at.Host, &minio.Options{
		Creds: l.identify(transport), Secure: at.Scheme == "https", Transport: transport,
		Region: cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
	})
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", at, err)
	}
	return l, nil
}

// address reads an endpoint. One with a password in it is refused: it would be printed with every error.
func address(endpoint string) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("is no address: want http://HOST:PORT or https://HOST")
	case u.User != nil:
		return nil, fmt.Errorf("holds a user or a password: give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "":
		return nil, fmt.Errorf("%s has a path: want http://HOST:PORT or https://HOST, and the bucket as s3://BUCKET", u)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// trust adds the authorities in a file to those that the system knows.
func trust(transport *http.Transport, bundle string) error {
	if bundle == "" || transport.TLSClientConfig == nil {
		return nil
	}
	data, err := os.ReadFile(bundle)
	if err != nil {
		return fmt.Errorf("AWS_CA_BUNDLE: %w", err)
	}
	known, err := x509.SystemCertPool()
	if err != nil {
		known = x509.NewCertPool()
	}
	if !known.AppendCertsFromPEM(data) {
		return fmt.Errorf("AWS_CA_BUNDLE: %s holds no certificate in PEM", bundle)
	}
	transport.TLSClientConfig.RootCAs = known
	return nil
}

// identify looks for credentials where all tools do: in the environment, in the shared files under the profile's name,
// with the roles of containers and machines. Without any, requests are made as anybody.
func (l *link) identify(transport http.RoundTripper) *credentials.Credentials {
	providers := []credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}}
	patience := 2 * time.Second // a machine that has no roles does not say so
	for _, promised := range []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		if os.Getenv(promised) != "" {
			patience = time.Minute
		}
	}
	if !strings.EqualFold(os.Getenv("AWS_EC2_METADATA_DISABLED"), "true") {
		providers = append(providers, &credentials.IAM{Client: &http.Client{Transport: transport, Timeout: patience}})
	}
	found := credentials.NewChainCredentials(providers)
	value, err := found.GetWithContext(&credentials.CredContext{Client: &http.Client{Transport: transport}})
	if l.anonymous = err != nil || value.AccessKeyID == ""; l.anonymous {
		return credentials.NewStatic("", "", "", credentials.SignatureAnonymous) // so that nobody looks again for each request
	}
	return found
}
