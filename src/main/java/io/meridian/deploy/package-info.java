/**
 * Who runs where: configuration ({@code conf/meridian.conf}, a file, the environment), the table of roles
 * ({@code verticles.json}), the node's connections and its verticles. The only package that knows all features.
 */
package io.meridian.deploy;
