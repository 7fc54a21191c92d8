// What `main` of @pulumi/pulumi/provider drops of the engine's requests: the provider's configuration and a read's
// inputs.
import grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { reveal, type PropertyMap } from "./property.ts";

/** What the requests said so far. */
export interface ObservedRequests {
  /** The provider's inputs (stack configuration `azuread:…`, or the arguments of an explicit provider), in clear. */
  configuration(): PropertyMap;
  /** The inputs in the state of the resource that is being read; `undefined` at an import. Secrets stay wrapped. */
  inputsOfRead(urn: string): PropertyMap | undefined;
}

/**
 * Listens in on Configure and Read, which `main` answers without handing the provider's configuration or the old inputs
 * on (facts/pulumi.md §4). Call it before `main`, which copies the deserializers when it registers the service.
 */
export function observeRequests(): ObservedRequests {
  let configuration: PropertyMap = {};
  const inputs = new Map<string, PropertyMap>();
  const { configure, read } = grpc.ResourceProviderService;

  const deserializeConfigure = configure.requestDeserialize;
  configure.requestDeserialize = (bytes) => {
    const request = deserializeConfigure(bytes);
    configuration = { ...(reveal(request.getArgs()?.toJavaScript() ?? {}) as PropertyMap) };
    return request;
  };

  const deserializeRead = read.requestDeserialize;
  read.requestDeserialize = (bytes) => {
    const request = deserializeRead(bytes);
    const old = request.getInputs()?.toJavaScript() as PropertyMap | undefined;
    if (old !== undefined && Object.keys(old).length > 0) inputs.set(request.getUrn(), old);
    else inputs.delete(request.getUrn());
    // An import sends no properties at all, which `main` cannot take.
    if (!request.hasProperties()) request.setProperties(new struct.Struct());
    return request;
  };

  return { configuration: () => configuration, inputsOfRead: (urn) => inputs.get(urn) };
}
