package io.meridian.gateway;

import io.meridian.limits.ClientAddresses;
import io.meridian.limits.LimitSettings;

/** What a node takes from whom, whose address counts behind a load balancer, and how it stops taking anything. */
public record ProtectionSettings(LimitSettings limits, ClientAddresses addresses, DrainSettings drain) {}
