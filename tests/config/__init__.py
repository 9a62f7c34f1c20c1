"""Tests of the deployment: settings, servers, the web process and the stack."""
