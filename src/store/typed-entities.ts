/**
 * @module The operations of a store with the data of one type. What is of another type is not there.
 */
import type { TypeDefinition } from "../entity/define-type.ts";
import type { Entity } from "../entity/entity.ts";
import { notFound } from "./plans.ts";
import type { EditFunction, EntityEdit, Store, TypedEntities, WriteOptions } from "./store.ts";

export function ofType<Data>(store: Store, { name }: TypeDefinition<Data>): TypedEntities<Data> {
  const typed = <T>(entity: T) => entity as T & Entity<Data>;
  const ofThis = <T extends { readonly type: string }>(entity: T | undefined) =>
    entity?.type === name ? typed(entity) : undefined;
  return {
    create: async (entity, options) =>
      typed(await store.create({ ...entity, type: name } as Parameters<Store["create"]>[0], options)),
    put: async (entity, options) =>
      typed(await store.put({ ...entity, type: name } as Parameters<Store["put"]>[0], options)),
    async update(
      first: string | Entity<Data>,
      second?: EntityEdit | EditFunction<Data> | WriteOptions,
      third?: WriteOptions,
    ) {
      const id = typeof first === "string" ? first : first?.id;
      if (ofThis(await store.mustGet(id)) === undefined) throw notFound(id);
      return typed(
        typeof first === "string"
          ? await store.update(first, second as EntityEdit | EditFunction, third)
          : await store.update(first as unknown as Entity, second as WriteOptions),
      );
    },
    get: async (id) => ofThis(await store.get(id)),
    async mustGet(id) {
      const entity = ofThis(await store.mustGet(id));
      if (entity === undefined) throw notFound(id);
      return entity;
    },
    list: async (query = {}) =>
      typed(await store.list({ ...query, type: name })) as unknown as Awaited<
        ReturnType<TypedEntities<Data>["list"]>
      >,
    iterate: (query = {}) =>
      store.iterate({ ...query, type: name }) as unknown as AsyncIterableIterator<Entity<Data>>,
    claim: async (query, edit, options) => ofThis(await store.claim({ ...query, type: name }, edit, options)),
  };
}
